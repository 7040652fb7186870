import type { Fleet } from "./fleet.ts";

/** Who works with the vendor's own page. */
const SOMEBODY_ELSE = "admin";

/**
 * Starts so many upgrades as somebody else would from the vendor's page: of agents that ask for one, are not in flight
 * and would not be refused. Fewer where there are fewer. Returns their names.
 */
export function upgradeElsewhere(fleet: Fleet, count: number): readonly string[] {
  if (!Number.isInteger(count) || count < 1)
    throw new Error(`The number of agents wants to be a whole number from 1 on, not "${count}".`);
  const chosen = [...fleet.agents.values()]
    .filter((agent) => {
      const { status, inFlight } = fleet.now(agent);
      return !inFlight && agent.active && agent.fault !== "refused" && status?.startsWith("UPGRADE_");
    })
    .slice(0, count);
  for (const agent of chosen) fleet.upgrade(agent, SOMEBODY_ELSE);
  return chosen.map(({ name }) => name);
}
