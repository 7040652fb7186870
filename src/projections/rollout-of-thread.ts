import type { Call } from "../core/call.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Projections } from "./projections.ts";

/** The rollout in whose card's thread something was said, if it is one. */
export function rolloutOfThread(
  projections: Pick<Projections, "rollouts">,
  { channel, thread }: Pick<Call, "channel" | "thread">,
): Rollout | undefined {
  if (thread === undefined) return undefined;
  return [...projections.rollouts.values()].find(({ posts }) => {
    const card = posts.get("card");
    return card?.channel === channel && card.ts === thread;
  });
}
