import type { Rollout } from "../model/rollout/rollout.ts";
import type { Projections } from "./projections.ts";

/** The rollout with an id that Drydock knows from its own events. What a person names goes through `findRollout`. */
export function rolloutById({ rollouts }: Pick<Projections, "rollouts">, id: string): Rollout | undefined {
  return rollouts.get(id);
}
