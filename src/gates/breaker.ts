import { type Cause, cause } from "../core/cause.ts";
import { tripOf } from "../model/rollout/breaker.ts";
import { canariesOf, holdsRest } from "../model/rollout/canaries.ts";
import type { Course } from "../model/rollout/progress.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
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
