import { ofRollout, type RolloutSituation } from "../gates/rollout-situation.ts";
import { isUnderWay, type Rollout } from "../model/rollout/rollout.ts";
import type { Projections } from "../projections/projections.ts";

/** A rollout as the gates judge it now, beside the others on its server that are under way. */
export function rolloutSituationOf(
  projections: Projections,
  rollout: Rollout,
  now: number,
  more: Partial<RolloutSituation> = {},
): RolloutSituation {
  const others = projections
    .openRollouts(rollout.plan.server)
    .filter((other) => other.id !== rollout.id && isUnderWay(other));
  return ofRollout(rollout, now, { others, ...more });
}
