import type { Call } from "../core/call.ts";
import type { Projections } from "../projections/projections.ts";
import { rolloutOfThread } from "../projections/rollout-of-thread.ts";

/** So many at most, for one call. */
const MAX_NAMED = 5;

/** The rollouts that a call names, by their ids or by being said in their threads. While it is answered they have to be in memory. */
export function namedRollouts(
  projections: Pick<Projections, "past" | "rollouts">,
  call: Pick<Call, "channel" | "thread"> & { readonly words: readonly string[] },
): readonly string[] {
  const { past, rollouts } = projections;
  const { words, channel, thread } = call;
  const named = words
    .flatMap((word) => word.toLowerCase().split(/[\s=.,]+/))
    .filter((word) => past.has(word) || rollouts.has(word));
  const here = rolloutOfThread(projections, call);
  if (here) named.unshift(here.id);
  else if (thread !== undefined)
    for (const [id, { card }] of past) if (card?.channel === channel && card.ts === thread) named.unshift(id);
  return [...new Set(named)].slice(0, MAX_NAMED);
}
