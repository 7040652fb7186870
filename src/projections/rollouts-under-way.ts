import { isUnderWay, type Rollout } from "../model/rollout/rollout.ts";
import type { Projections } from "./projections.ts";

/** The rollouts of one server that have begun and are not over. */
export function rolloutsUnderWay(projections: Pick<Projections, "rollouts">, server: string): readonly Rollout[] {
  return [...projections.rollouts.values()].filter((rollout) => isUnderWay(rollout) && rollout.plan.server === server);
}
