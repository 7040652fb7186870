import type { Clock } from "../core/ports.ts";
import type { Expectation } from "../model/plan/forecast.ts";
import type { Upgrade } from "../model/upgrade/upgrade.ts";
import type { ManagedServer } from "../servers/managed-server.ts";

const SECOND = 1_000;
/** Nothing is looked at less often than this, in ms. */
const MAX_GAP = 30 * SECOND;
/** The gap where the server's counts of statuses would show a change: two changes at once can hide each other. */
const COUNTED_GAP = 120 * SECOND;
/** Looks at one that has proven its upgrade, until it counts as stable. */
const STABLE_LOOKS = 4;

/** When each agent in flight is asked about by itself. */
export interface LookSchedule {
  /** Those whose turn it is. @param counted whether the counts of statuses would show a change. */
  due(upgrades: readonly Upgrade[], counted: boolean): readonly Upgrade[];
  looked(upgrades: readonly Upgrade[]): void;
  /** The likeliest to have changed first: by how long it is as it is, compared with what its upgrade is expected to take. */
  likeliest(upgrades: readonly Upgrade[]): readonly Upgrade[];
}

/**
 * How long one look may be after the other, in ms. No upgrade of a known length comes back in half of that time, so until then there
 * are two looks.
 */
export function lookGap(
  { watch, deadlines }: ManagedServer,
  { outcome }: Upgrade,
  { ms, learned }: Expectation,
): number {
  if (outcome?.kind === "verified") return clamp(deadlines.stable / STABLE_LOOKS, watch.inFlight, MAX_GAP);
  return outcome || !learned ? watch.inFlight : clamp(ms / 4, watch.inFlight, MAX_GAP);
}

export function createLookSchedule(
  server: ManagedServer,
  ports: { readonly clock: Clock; readonly expect: (upgrade: Upgrade) => Expectation },
): LookSchedule {
  const { watch, deadlines } = server;
  const { clock, expect } = ports;
  const entries = new Map<string, { readonly since: number; readonly lookedAt: number }>();

  /** @param lookedAt the last look before its first turn here: where changes would show, it needs none. */
  function entryOf({ id }: Upgrade, lookedAt: number) {
    const known = entries.get(id) ?? { since: clock.monotonic(), lookedAt };
    entries.set(id, known);
    return known;
  }

  /** How long after the last look the next one is due. */
  function gapOf(upgrade: Upgrade, since: number, counted: boolean): number {
    // It takes several looks to prove that the server has it no more.
    if (upgrade.last?.status === "gone") return watch.inFlight;
    if (counted) return upgrade.outcome ? Math.max(COUNTED_GAP, 2 * deadlines.stable) : COUNTED_GAP;
    const expected = expect(upgrade);
    const isEarly = clock.monotonic() - since < expected.ms / 2;
    return upgrade.outcome || isEarly ? lookGap(server, upgrade, expected) : watch.inFlight;
  }

  return {
    due(upgrades, counted) {
      const ids = new Set(upgrades.map(({ id }) => id));
      for (const id of entries.keys()) if (!ids.has(id)) entries.delete(id);
      const now = clock.monotonic();
      return upgrades.filter((upgrade) => {
        const { since, lookedAt } = entryOf(upgrade, counted ? now : Number.NEGATIVE_INFINITY);
        return now - lookedAt >= gapOf(upgrade, since, counted);
      });
    },
    looked(upgrades) {
      const lookedAt = clock.monotonic();
      for (const upgrade of upgrades) entries.set(upgrade.id, { ...entryOf(upgrade, lookedAt), lookedAt });
    },
    likeliest(upgrades) {
      // By the wall clock, which is good enough for an order.
      const since = ({ downSince, intendedAt }: Upgrade) => clock.now() - (downSince ?? intendedAt);
      const passed = (upgrade: Upgrade) => since(upgrade) / expect(upgrade).ms;
      return [...upgrades].sort((a, b) => passed(b) - passed(a));
    },
  };
}

/** To find the one that changed, one more agent is looked at together for each of these ms that the look before took. */
const SLOW = 200;

/** Looks at one after the other until nothing is missing, at none twice; at more together where the server takes its time. */
export async function lookOneByOne(
  clock: Clock,
  /** The likeliest first, by what is known now. */
  candidates: () => readonly Upgrade[],
  isMissing: () => boolean,
  look: (upgrades: readonly Upgrade[]) => Promise<void>,
): Promise<void> {
  const seen = new Set<Upgrade>();
  let together = 1;
  while (isMissing()) {
    const unseen = candidates().filter((upgrade) => !seen.has(upgrade));
    const next = unseen.slice(0, together);
    if (next.length === 0) return;
    for (const upgrade of next) seen.add(upgrade);
    const began = clock.monotonic();
    await look(next);
    together = 1 + Math.floor((clock.monotonic() - began) / SLOW);
  }
}

function clamp(value: number, min: number, max: number): number {
  return Math.max(min, Math.min(max, value));
}
