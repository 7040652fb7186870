import type { Agent } from "../core/agent.ts";
import { everyAgent } from "../model/plan/plan.ts";
import { isUnderWay } from "../model/rollout/rollout.ts";
import type { Projections } from "../projections/projections.ts";
import { isUnknown, withInactive } from "../servers/inactive.ts";
import type { ManagedServer } from "../servers/managed-server.ts";

/** The whole fleet as the watch sees it: with the inactive agents as long as one of them is being upgraded, or was lately. */
export async function listWatched(
  server: ManagedServer,
  projections: Projections,
  signal: AbortSignal,
): Promise<readonly Agent[]> {
  const agents = await server.urbancode.list(signal);
  if (!watchesInactive(server, projections)) return agents;
  try {
    return withInactive(agents, await server.urbancode.listInactive(await server.fleet.version(), signal));
  } catch (error) {
    // Each of them is looked at by itself while it is in flight.
    if (isUnknown(error)) return agents;
    throw error;
  }
}

/** Whether an inactive agent is being upgraded, or was lately. */
export function watchesInactive({ name }: ManagedServer, projections: Projections): boolean {
  const late = new Set(projections.openUpgrades(name).map(({ rollout }) => rollout));
  const lateRollouts = [...late].flatMap((id) => projections.rollouts.get(id) ?? []);
  const underWay = projections.openRollouts(name).filter(isUnderWay);
  return [...underWay, ...lateRollouts].some(({ plan }) => everyAgent(plan).some(({ inactive }) => inactive));
}
