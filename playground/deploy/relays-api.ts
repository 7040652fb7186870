import { type Asked, json, type Reply, type Route, text, type World } from "./answers.ts";
import type { Relay } from "./relay-life.ts";
import { seedOf } from "./rng.ts";

/** As docs/urbancode-deploy.md, "Relays" has them. No call upgrades a relay. */
export const relayRoutes: readonly Route[] = [
  { method: "GET", path: /^\/cli\/relay$/, answer: (_asked, world) => json(relays(world)) },
  { method: "GET", path: /^\/cli\/relay\/statuses$/, answer: statuses },
  { method: "GET", path: /^\/rest\/relay$/, answer: named },
  {
    method: "GET",
    path: /^\/rest\/relay\/([^/]+)$/,
    answer: (_asked, world, match) => one(world, decodeURIComponent(match[1] ?? "")),
  },
];

/** None for an account without View Agent Relays: so these servers have done since 6.2.2. */
function relays(world: World) {
  if (world.conditions.relaysHidden) return [];
  return [...world.fleet.relays.values()].map((relay) => toListed(relay, world));
}

function statuses(_asked: Asked, world: World): Reply {
  const counts: Record<string, number> = {};
  for (const { status } of relays(world)) counts[status] = (counts[status] ?? 0) + 1;
  return json(counts);
}

function named({ query }: Asked, world: World): Reply {
  const name = query.get("relayName");
  return json(relays(world).filter((relay) => name === null || relay.name === name));
}

function one(world: World, id: string): Reply {
  const relay = world.fleet.relays.get(id);
  return relay && !world.conditions.relaysHidden
    ? json({ ...toListed(relay, world), extendedSecurity: { teams: [] } })
    : text(404, `No relay with id ${id}`);
}

/** Section 3.3. What the server counts as active is not documented; here it is what is connected. */
function toListed(relay: Relay, { fleet, now }: World) {
  const { id, downSince, upgrade } = relay;
  const { up, version } = fleet.relayNow(relay);
  const behind = [...fleet.agents.values()].filter((agent) => agent.relayId === id);
  return {
    id,
    name: id,
    description: "",
    endpointId: `endpoint-${seedOf(id, 0).toString(16)}`,
    version,
    hostname: `${id}.example.com`,
    relayHostname: `${id}.example.com`,
    jmsPort: 7916,
    status: up ? "ONLINE" : "OFFLINE",
    totalAgents: behind.length,
    activeAgents: behind.filter((agent) => !["OFFLINE", null].includes(fleet.now(agent).status)).length,
    lastContact: up ? now() : (downSince ?? upgrade?.startedAt),
    communicationVersion: "JMS",
  };
}
