import { compareVersions, known, parseVersion } from "./version.ts";

/** How many agents or relays are at each `major.minor`, the oldest first; null = at a version that is not known. */
export interface Families {
  readonly counts: readonly (readonly [family: string | null, members: number])[];
  /** How many are in none of these. */
  readonly others: number;
}

const MAX_FAMILIES = 5;

export function familiesOf(all: readonly { readonly version?: string | null | undefined }[]): Families {
  const counts = new Map<string | null, number>();
  for (const { version } of all) {
    const { parts } = parseVersion(version ?? "") ?? {};
    const family = parts ? `${parts[0] ?? 0}.${parts[1] ?? 0}` : null;
    counts.set(family, (counts.get(family) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a], [b]) => older(a, b));
  const others = sorted.slice(MAX_FAMILIES).reduce((sum, [, members]) => sum + members, 0);
  return { counts: sorted.slice(0, MAX_FAMILIES), others };
}

/** Those of no known version last. */
function older(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return compareVersions(known(a), known(b));
}
