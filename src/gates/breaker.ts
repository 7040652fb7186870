import { type Cause, type Causes, cause } from "../core/cause.ts";
import type { BreakerPolicy, FailureLimit } from "../model/policy.ts";
import { canariesOf, holdsRest } from "../model/rollout/canaries.ts";
import type { Course } from "../model/rollout/progress.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import { diagnose } from "../model/upgrade/diagnosis.ts";
import { isBlameless, isFailure } from "../model/upgrade/outcome.ts";
import type { Upgrade } from "../model/upgrade/upgrade.ts";
import { breakerSetting } from "./breaker-setting.ts";
import { pauses, type RolloutGate } from "./gate.ts";

/** A rollout with too many failures pauses. One canary that was not upgraded is enough: finding that out is what it is for. */
export const breaker: RolloutGate = {
  id: "breaker",
  at: ["tick", "trigger"],
  setting: breakerSetting,
  blocks({ rollout, course }, { policy }) {
    if (!rollout || !course) return undefined;
    const { countFrom } = rollout.guards;
    const why = canaryFailure(rollout, course) ?? tripOf({ ...course, limits: policy.breaker, countFrom });
    return why && pauses("breaker", why);
  },
};

function canaryFailure(rollout: Rollout, { upgrades, retried }: Course): Cause | undefined {
  if (!holdsRest(rollout)) return undefined;
  const newest = new Map(upgrades.map((upgrade) => [upgrade.agent.id, upgrade]));
  for (const { id } of canariesOf(rollout, (agent) => newest.get(agent))) {
    const upgrade = newest.get(id);
    const outcome = upgrade?.outcome;
    if (!upgrade || !outcome || outcome.kind === "verified" || retried(upgrade)) continue;
    if (outcome.position > rollout.guards.countFrom) return cause("canary-failed", { outcome: outcome.kind });
  }
  return undefined;
}

interface BreakerInput extends Omit<Course, "left"> {
  readonly limits: BreakerPolicy;
  /** Outcomes up to this position of the ledger do not count. */
  readonly countFrom: number;
}

/** Why the circuit breaker opens; undefined if it stays closed. It is the narrowest reason: a cause, then a relay, then all together. */
export function tripOf({ limits, upgrades, countFrom, retried, relayName }: BreakerInput): Cause | undefined {
  const finished = upgrades.filter(
    ({ outcome }) =>
      outcome && outcome.position > countFrom && outcome.kind !== "skipped" && !isBlameless(outcome.kind),
  );
  const failed = finished.filter((upgrade) => upgrade.outcome && isFailure(upgrade.outcome.kind) && !retried(upgrade));
  if (failed.length === 0) return undefined;
  const tooMany = (limit: Passed, of: { readonly cause: string | null; readonly relay: string | null }) =>
    cause("too-many-failures", { ...limit, ...of });
  for (const [key, some] of grouped(failed, causeOf)) {
    const limit = passed(limits.cause, some.length, finished.length);
    if (limit) return tooMany(limit, { cause: key, relay: null });
  }
  for (const [relay, some] of grouped(failed, ({ agent }) => agent.relay)) {
    const behind = finished.filter(({ agent }) => agent.relay === relay).length;
    const limit = passed(limits.relay, some.length, behind);
    if (limit) return tooMany(limit, { cause: null, relay: relayName?.(relay) ?? relay });
  }
  const limit = passed(limits.total, failed.length, finished.length);
  return limit && tooMany(limit, { cause: null, relay: null });
}

type Passed = Omit<Causes["too-many-failures"], "cause" | "relay">;

/** How the limit is passed: in number, or in share. */
function passed({ count, share, of }: FailureLimit, failed: number, finished: number): Passed | undefined {
  if (count !== null && failed >= count) return { failed, finished, limit: count, share: null };
  if (share !== null && finished >= of && failed * 100 >= share * finished)
    return { failed, finished, limit: of, share };
  return undefined;
}

function causeOf({ outcome }: Upgrade): string | undefined {
  return outcome && diagnose(outcome.kind, outcome.detail);
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
