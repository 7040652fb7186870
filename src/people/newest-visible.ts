import type { Rollout } from "../model/rollout/rollout.ts";
import type { Projections } from "../projections/projections.ts";
import type { Visibility } from "./visibility.ts";

/** So many rollouts a list has at most. */
export const MAX_NEWEST = 10;
/** How many past rollouts are read from the ledger to find some that the person may view. */
const MAX_PAST = 30;

/** The newest rollouts that the person may view. Those in memory are nearly always enough. */
export async function newestVisible(
  { projections, visibility }: { readonly projections: Projections; readonly visibility: Pick<Visibility, "among"> },
  person: string,
): Promise<readonly Rollout[]> {
  const here = [...projections.rollouts.values()].filter(({ id }) => !projections.past.has(id)).reverse();
  const found = [...(await visibility.among(here, person, MAX_NEWEST))];
  const past = [...projections.past.keys()].reverse().slice(0, MAX_PAST);
  while (found.length < MAX_NEWEST && past.length > 0) {
    const rollout = await projections.recall(past.shift() ?? "");
    if (rollout) found.push(...(await visibility.among([rollout], person)));
  }
  return found;
}
