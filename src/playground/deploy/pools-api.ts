import { json, missing, type Route, text, type World } from "./answers.ts";

/** Agent pools, section 2.4 of the reference: the detail call is documented as PUT, and its agents are one text with commas. */
export const poolRoutes: readonly Route[] = [
  {
    method: "GET",
    path: /^\/cli\/agentPool$/,
    answer: (_asked, world) => json(pools(world).map(({ agentIds: _agents, ...pool }) => pool)),
  },
  {
    method: "PUT",
    path: /^\/cli\/agentPool\/info$/,
    answer: ({ query }, world) => {
      const name = query.get("pool");
      if (!name) return missing("pool");
      const pool = pools(world).find((candidate) => candidate.id === name || candidate.name === name);
      return pool
        ? json({ ...pool, security: {}, extendedSecurity: { teams: [] } })
        : text(404, `No agent pool with id/name ${name}`);
    },
  },
];

/** One pool for the agents of each relay. */
function pools({ fleet }: World) {
  return [...fleet.relays.keys()].map((relay) => ({
    id: `pool-${relay}`,
    name: `pool ${relay}`,
    active: true,
    description: "",
    status: "ONLINE",
    agentIds: [...fleet.agents.values()]
      .filter((agent) => agent.relayId === relay)
      .map(({ id }) => id)
      .join(","),
  }));
}
