import type { Agent } from "./agent.ts";
import { type Asked, hasInactiveLinks, json, missing, type Reply, type Route, text, type World } from "./answers.ts";
import { AGENT_PERMISSIONS, AGENT_TYPE, mayOn } from "./people.ts";

/** When every agent was registered. */
const CREATED = Date.UTC(2020, 0, 7, 9, 0, 0);
const UPGRADE_RIGHTS = ["View Agents", "Edit Basic Settings", "Upgrade Agents"];

/** As docs/urbancode-deploy.md, "Calls about agents" has them. */
export const agentRoutes: readonly Route[] = [
  { method: "GET", path: /^\/cli\/agentCLI$/, answer: list },
  {
    method: "GET",
    path: /^\/cli\/agentCLI\/info$/,
    answer: withAgent((agent, asked, world) => json(toDetail(agent, asked, world))),
  },
  { method: "PUT", path: /^\/cli\/agentCLI\/upgrade$/, answer: withAgent(upgrade) },
  { method: "PUT", path: /^\/cli\/agentCLI\/(restart|shutdown|test)$/, answer: withAgent(() => text(200, "")) },
  { method: "GET", path: /^\/cli\/agentCLI\/statuses$/, answer: statuses },
  {
    method: "GET",
    path: /^\/cli\/agentCLI\/getProperty$/,
    answer: withAgent(property),
  },
];

/** What a real server answers for a property that is not there is not documented. */
function property(agent: Agent, { query }: Asked): Reply {
  const name = query.get("name");
  if (!name) return missing("name");
  const value = agent.properties.get(name);
  return value === undefined ? text(404, `No property with name ${name}`) : text(200, value);
}

function withAgent(answer: (agent: Agent, asked: Asked, world: World) => Reply): Route["answer"] {
  return (asked, world) => {
    const name = asked.query.get("agent");
    if (!name) return missing("agent");
    const agent = world.fleet.find(name);
    if (!agent || !may(asked, world, agent, "View Agents")) return text(404, `No agent with id/name ${name}`);
    return answer(agent, asked, world);
  };
}

function may({ caller }: Asked, world: World, agent: Pick<Agent, "teams">, permission: string): boolean {
  return mayOn(world.directory, caller, permission, agent.teams);
}

export function visible(asked: Asked, world: World): readonly Agent[] {
  return [...world.fleet.agents.values()].filter((agent) => may(asked, world, agent, "View Agents"));
}

/** Up to 7.0.5 `inactive` adds those that are; after that there is `active` alone, and that its `false` brings them is inferred. */
function list(asked: Asked, world: World): Reply {
  const active = asked.query.get("active") !== "false";
  const hasBoth = /^([0-6]\.|7\.0\.[0-5](\.|$))/.test(world.serverVersion);
  const inactive = hasBoth ? asked.query.get("inactive") === "true" : !active;
  return json(
    visible(asked, world)
      .filter((agent) => (agent.active ? active : inactive))
      .map((agent) =>
        without(withOddName(toListed(agent, world), world.conditions.oddNames), world.conditions.unreported),
      ),
  );
}

function upgrade(agent: Agent, asked: Asked, world: World): Reply {
  const wanted = world.unchecked
    ? []
    : UPGRADE_RIGHTS.filter((right) => right !== "Upgrade Agents" || world.knowsUpgradeAgents);
  const lacking = wanted.find((permission) => !may(asked, world, agent, permission));
  if (lacking) return text(400, `User ${asked.caller.name} does not have permission ${lacking} on agent ${agent.name}`);
  const { status } = world.fleet.now(agent);
  if (status === "OFFLINE") return text(400, `Agent ${agent.name} is offline`);
  if (!agent.active && !takesInactive(world)) return text(400, `Agent ${agent.name} is inactive`);
  if (agent.fault === "refused")
    return text(
      400,
      `Agent ${agent.name} cannot be upgraded: no write permission on AGENT_HOME/bin/air-agentupgrade.jar`,
    );
  if (agent.fault === "burst-5xx") {
    agent.fault = undefined;
    world.burst();
    return text(503, "Service Unavailable");
  }
  if (world.fleet.thrashes(agent)) return text(503, "Service Unavailable");
  world.fleet.upgrade(agent, asked.caller.name, world.deployments.isOn(agent));
  if (agent.fault === "reply-lost") return { drop: "cut" };
  if (agent.fault === "reply-held") return { drop: "hold" };
  return text(200, "");
}

/** Only where the setting is on, and it is not there from 7.1 on; with which words a real server refuses is not documented. */
function takesInactive({ serverVersion, conditions }: World): boolean {
  return hasInactiveLinks(serverVersion) && conditions.inactiveLinks;
}

/** Needs "Settings Tab" on a real server; with which words one refuses is not documented. Spelt with the whole word, unlike the objects. */
function statuses(asked: Asked, world: World): Reply {
  if (world.conditions.countsHidden) return text(403, "No permission.");
  const counts: Record<string, number> = {};
  const add = (shown: string | null, count: number) => {
    const status = (shown ?? "OFFLINE").replace("RECOMMND", "RECOMMENDED");
    if (count > 0) counts[status] = (counts[status] ?? 0) + count;
  };
  const { resting, moving } = world.fleet.tally;
  for (const [teams, statuses] of resting)
    if (may(asked, world, { teams }, "View Agents")) for (const [status, count] of statuses) add(status, count);
  for (const agent of moving) if (may(asked, world, agent, "View Agents")) add(world.fleet.now(agent).status, 1);
  return json(counts);
}

function withOddName(listed: Record<string, unknown>, odd: Readonly<Record<string, unknown>>) {
  const name = String(listed.name);
  return Object.hasOwn(odd, name) ? { ...listed, name: odd[name] } : listed;
}

function without(listed: Record<string, unknown>, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(listed).filter(([field]) => !fields.includes(field)));
}

/** As docs/urbancode-deploy.md, "Agent objects" has it. What a tag looks like is not known; `{name}` is the least that it can be. */
export function toListed(agent: Agent, world: World): Record<string, unknown> {
  const { status, version } = world.fleet.now(agent);
  return {
    id: agent.id,
    name: agent.name,
    active: agent.active,
    licensed: false,
    licenseType: "NONE",
    status,
    version,
    workingDirectory: agent.workingDirectory,
    impersonationPassword: "****",
    impersonationForce: false,
    tags: agent.tags.map((name) => ({ name })),
    ...(agent.relayId ? { relayId: agent.relayId } : {}),
    ...(agent.lastContact === undefined ? {} : { lastContact: agent.lastContact }),
    ...(agent.communication ? { communicationVersion: agent.communication } : {}),
  };
}

/** `security` holds the caller's own rights: docs/urbancode-deploy.md, "Agent objects". */
function toDetail(agent: Agent, asked: Asked, world: World): Record<string, unknown> {
  const keys = AGENT_PERMISSIONS.filter((permission) => permission !== "Upgrade Agents" || world.knowsUpgradeAgents);
  const security = Object.fromEntries(keys.map((permission) => [permission, may(asked, world, agent, permission)]));
  const teams = agent.teams.map((team) => ({
    ...team,
    resourceTypeId: AGENT_TYPE.id,
    resourceTypeName: AGENT_TYPE.name,
  }));
  return {
    ...toListed(agent, world),
    lastContact: agent.lastContact ?? world.now(),
    dateCreated: CREATED,
    securityResourceId: `security-${agent.id}`,
    impersonationUseSudo: false,
    security: { read: true, execute: true, ...security },
    propSheet: {
      id: `props-${agent.id}`,
      path: `agents/${agent.id}/propSheet`,
      version: -1,
      versionCount: 1,
      commit: 0,
      versioned: false,
    },
    extendedSecurity: { read: true, execute: true, ...security, teams },
  };
}
