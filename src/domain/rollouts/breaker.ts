import type { BreakerPolicy, FailureLimit } from "../policy.ts";
import { diagnose } from "../upgrades/diagnosis.ts";
import { isBlameless, isFailure } from "../upgrades/outcome.ts";
import type { Upgrade } from "../upgrades/upgrade.ts";

export interface BreakerInput {
  readonly limits: BreakerPolicy;
  /** The newest attempt of each agent that has begun. */
  readonly upgrades: readonly Upgrade[];
  /** Outcomes up to this position of the ledger do not count. */
  readonly countFrom: number;
  /** Whether another attempt follows anyway: that is no failure yet. */
  readonly retried: (upgrade: Upgrade) => boolean;
  /** What people call a relay; left out = its id has to do. */
  readonly relayName?: ((relay: string) => string) | undefined;
}

/** Failures that are too many: a sentence for people, without names of agents. */
export interface Trip {
  readonly by: "cause" | "relay" | "total";
  readonly sentence: string;
}

/** Why the circuit breaker opens; undefined where it stays closed. The narrowest reason is told: a cause, then a relay, then all together. */
export function tripOf({ limits, upgrades, countFrom, retried, relayName }: BreakerInput): Trip | undefined {
  const finished = upgrades.filter(
    ({ outcome }) =>
      outcome && outcome.position > countFrom && outcome.kind !== "skipped" && !isBlameless(outcome.kind),
  );
  const failed = finished.filter((upgrade) => upgrade.outcome && isFailure(upgrade.outcome.kind) && !retried(upgrade));
  for (const [, some] of grouped(failed, causeOf)) {
    const limit = passed(limits.cause, some.length, finished.length);
    if (limit !== undefined) return { by: "cause", sentence: `For one cause ${limit}: ${titleOf(some)}.` };
  }
  for (const [relay, some] of grouped(failed, ({ agent }) => agent.relay)) {
    const behind = finished.filter(({ agent }) => agent.relay === relay).length;
    const limit = passed(limits.relay, some.length, behind);
    if (limit !== undefined)
      return { by: "relay", sentence: `Behind the relay ${relayName?.(relay) ?? relay} ${limit}.` };
  }
  const limit = passed(limits.total, failed.length, finished.length);
  return limit === undefined ? undefined : { by: "total", sentence: `In all ${limit}.` };
}

/** How the limit is passed, e.g. `5 agents failed (the limit is 5)`. */
function passed({ count, share, of }: FailureLimit, failed: number, finished: number): string | undefined {
  const n = failed === 1 ? "1 agent" : `${failed} agents`;
  if (count !== null && failed >= count) return `${n} failed (the limit is ${count})`;
  if (share !== null && finished >= of && failed > 0 && failed * 100 >= share * finished)
    return `${n} of ${finished} failed (the limit is ${share}% of at least ${of})`;
  return undefined;
}

function causeOf({ outcome }: Upgrade): string | undefined {
  return outcome && diagnose(outcome.kind, outcome.detail).cause;
}

function titleOf([first]: readonly Upgrade[]): string {
  return first?.outcome ? diagnose(first.outcome.kind, first.outcome.detail).title : "";
}

/** The largest group first; what has no key is in none. */
function grouped(
  upgrades: readonly Upgrade[],
  keyOf: (upgrade: Upgrade) => string | undefined,
): readonly (readonly [string, readonly Upgrade[]])[] {
  const groups = new Map<string, Upgrade[]>();
  for (const upgrade of upgrades) {
    const key = keyOf(upgrade);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(upgrade);
    else groups.set(key, [upgrade]);
  }
  return [...groups].sort(([, a], [, b]) => b.length - a.length);
}
