import type { Call } from "../core/call.ts";
import type { Projections } from "../projections/projections.ts";

/** So many at most, for one call. */
const MAX_NAMED = 5;

/** The past rollouts that a call names, by their ids or by being said in their threads: they have to be recalled before it is answered. */
export function pastNamed(
  { past }: Pick<Projections, "past">,
  { words, channel, thread }: Pick<Call, "channel" | "thread"> & { readonly words: readonly string[] },
): readonly string[] {
  if (past.size === 0) return [];
  const named = words.flatMap((word) => word.toLowerCase().split(/[\s=.,]+/)).filter((word) => past.has(word));
  if (thread !== undefined)
    for (const [id, { card }] of past) if (card?.channel === channel && card.ts === thread) named.unshift(id);
  return [...new Set(named)].slice(0, MAX_NAMED);
}
