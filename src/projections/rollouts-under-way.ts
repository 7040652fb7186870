import { isUnderWay, type Rollout } from "../model/rollout/rollout.ts";
import type { Projections } from "./projections.ts";

/** The rollouts of one server that have begun and are not over. */
export function rolloutsUnderWay(projections: Pick<Projections, "openRollouts">, server: string): readonly Rollout[] {
  return projections.openRollouts(server).filter(isUnderWay);
}
