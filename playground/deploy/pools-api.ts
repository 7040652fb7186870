import { json, missing, type Route, text, type World } from "./answers.ts";

/** Agent pools, section 2.4 of the reference: the detail call is documented as PUT, and its agents are one text with commas. */
export const poolRoutes: readonly Route[] = [
  {
    method: "GET",
    path: /^\/cli\/agentPool$/,
    answer: (_asked, world) =>
      world.conditions.pools === "denied" ? DENIED : json(pools(world).map(({ agentIds: _agents, ...pool }) => pool)),
  },
  {
    method: "PUT",
    path: /^\/cli\/agentPool\/info$/,
    answer: ({ query }, world) => {
      if (world.conditions.pools === "denied") return DENIED;
      const name = query.get("pool");
      if (!name) return missing("pool");
      const pool = pools(world).find((candidate) => candidate.id === name || candidate.name === name);
      return pool
        ? json({ ...pool, security: {}, extendedSecurity: { teams: [] } })
        : text(404, `No agent pool with id/name ${name}`);
    },
  },
];

const DENIED = text(400, "You do not have permission to view agent pools.");

/** The pools that were named; where none were, one for the agents of each relay. */
function pools({ fleet, conditions }: World) {
  const named =
    conditions.pools ??
    [...fleet.relays.keys()].map((relay) => ({
      name: `pool ${relay}`,
      agents: [...fleet.agents.values()].filter((agent) => agent.relayId === relay).map(({ name }) => name),
    }));
  if (named === "denied") return [];
  return named.map(({ name, agents }) => ({
    id: `id of ${name}`,
    name,
    active: true,
    description: "",
    status: "ONLINE",
    agentIds: agents.flatMap((agent) => fleet.find(agent)?.id ?? []).join(","),
  }));
}
