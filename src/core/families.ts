import type { Sentence } from "./finding.ts";
import { compareVersions, known, parseVersion } from "./version.ts";

/** Agents of one `major.minor`; undefined = those whose version the server does not tell. */
export interface Family<A> {
  readonly name: string | undefined;
  readonly agents: readonly A[];
}

const MAX_FAMILIES = 5;

/** The oldest first, those of no known version last. */
export function byFamily<A extends { readonly version?: string | null | undefined }>(
  agents: readonly A[],
): readonly Family<A>[] {
  const families = new Map<string | undefined, A[]>();
  for (const agent of agents) {
    const { parts } = parseVersion(agent.version ?? "") ?? {};
    const name = parts && `${parts[0] ?? 0}.${parts[1] ?? 0}`;
    const family = families.get(name);
    if (family) family.push(agent);
    else families.set(name, [agent]);
  }
  return [...families].map(([name, members]) => ({ name, agents: members })).sort((a, b) => older(a.name, b.name));
}

/** `12 at 4.8, 300 at 6.2, 4 at a version that is not told`. */
export function familyWords(agents: readonly { readonly version?: string | null | undefined }[]): string {
  const families = byFamily(agents);
  const said = families
    .slice(0, MAX_FAMILIES)
    .map(
      (family) => `${family.agents.length.toLocaleString("en")} at ${family.name ?? "a version that is not reported"}`,
    );
  const rest = families.slice(MAX_FAMILIES).reduce((sum, family) => sum + family.agents.length, 0);
  return [...said, ...(rest > 0 ? [`${rest.toLocaleString("en")} at others`] : [])].join(", ");
}

export const NOTHING: Sentence = [];

function older(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1;
  return compareVersions(known(a), known(b));
}
