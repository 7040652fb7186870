import type { Agent } from "../../domain/agent.ts";
import { everyAgent } from "../../domain/plans/plan.ts";
import { isUnderWay } from "../../domain/rollouts/rollout.ts";
import type { Board } from "../board.ts";
import { isUntold, withInactive } from "../inactive.ts";
import type { Site } from "../site.ts";

/** The whole fleet as the watch sees it: with the inactive agents as long as one of them is being upgraded, or was lately. */
export async function listWatched(site: Site, board: Board, signal: AbortSignal): Promise<readonly Agent[]> {
  const agents = await site.urbancode.list(signal);
  if (!watchesInactive(site, board)) return agents;
  try {
    return withInactive(agents, await site.urbancode.listInactive(await site.fleet.version(), signal));
  } catch (error) {
    // Each of them is looked at by itself while it is in flight.
    if (isUntold(error)) return agents;
    throw error;
  }
}

function watchesInactive({ name }: Site, board: Board): boolean {
  const late = new Set(board.openUpgrades(name).map(({ rollout }) => rollout));
  return [...board.rollouts.values()].some(
    (rollout) =>
      rollout.plan.server === name &&
      (isUnderWay(rollout) || late.has(rollout.id)) &&
      everyAgent(rollout.plan).some(({ inactive }) => inactive),
  );
}
