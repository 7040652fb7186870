import { z } from "zod";
import { type Agent, type AgentDetail, type AgentStatus, SPELLINGS, shortStatus } from "../../core/agent.ts";
import type { Relay } from "../../model/deploy-server.ts";

/** The server's own objects. Every field but id and name is optional; what is not known is passed over. Source: docs/urbancode-deploy.md, "Agent objects". */
const text = z.string().nullish();
const flag = z.boolean().nullish();

const agentShape = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  active: flag.catch(undefined),
  status: text.catch(undefined),
  version: text.catch(undefined),
  relayId: text.catch(undefined),
  workingDirectory: text.catch(undefined),
  communicationVersion: text.catch(undefined),
  lastContact: z.number().nullish().catch(undefined),
  tags: z
    .array(z.union([z.string(), z.object({ name: z.string() })]))
    .nullish()
    .catch(undefined),
});

const teamShape = z.object({
  teamId: z.string(),
  teamLabel: text,
  resourceRoleId: text,
  resourceRoleLabel: text.catch(undefined),
});

export const agentsShape = z.array(agentShape);

export const detailShape = agentShape.extend({
  security: z.record(z.string(), flag.catch(undefined)).nullish().catch(undefined),
  extendedSecurity: z
    .object({ teams: z.array(teamShape.optional().catch(undefined)).nullish() })
    .catchall(flag.catch(undefined))
    .nullish()
    .catch(undefined),
});

/** Spellings that only this server has, with their meanings. */
export type OwnSpellings = Readonly<Record<string, AgentStatus>>;

function readStatus(status: unknown, own: OwnSpellings): Pick<Agent, "status" | "unknownStatus"> {
  if (status === null) return { status: "never-contacted" };
  for (const spellings of [SPELLINGS, own]) {
    const known = typeof status === "string" && Object.hasOwn(spellings, status) ? spellings[status] : undefined;
    if (known) return { status: known };
  }
  return { status: "unknown", unknownStatus: shortStatus(status) };
}

/** How many agents are in each status, as Drydock names it. */
export function readCounts(told: Readonly<Record<string, number>>, own: OwnSpellings = {}): Map<AgentStatus, number> {
  const counts = new Map<AgentStatus, number>();
  for (const [spelling, count] of Object.entries(told)) {
    const { status } = readStatus(spelling, own);
    counts.set(status, (counts.get(status) ?? 0) + count);
  }
  return counts;
}

/** Undefined where it is no agent that can be told from others. @param active what it is where the server does not tell. */
export function readAgent(value: unknown, active = true, own: OwnSpellings = {}): Agent | undefined {
  const parsed = agentShape.safeParse(value);
  return parsed.success ? toAgent(parsed.data, active, own) : undefined;
}

export function readDetail(value: unknown, own: OwnSpellings = {}): AgentDetail | undefined {
  const parsed = detailShape.safeParse(value);
  if (!parsed.success) return undefined;
  const { security, extendedSecurity } = parsed.data;
  const teams = (extendedSecurity?.teams ?? [])
    .filter((team) => team !== undefined)
    .map((team) => ({
      teamId: team.teamId,
      teamName: team.teamLabel ?? team.teamId,
      roleId: team.resourceRoleId ?? undefined,
      roleName: team.resourceRoleLabel ?? undefined,
    }));
  return {
    ...toAgent(parsed.data, true, own),
    workingDirectory: parsed.data.workingDirectory ?? undefined,
    teams,
    callerRights: new Map(Object.entries(security ?? {}).map(([name, held]) => [name, held === true])),
  };
}

/** An empty text tells nothing. Any other stays as it is: it is compared with what was recorded. */
const told = (version: string | null | undefined) => (version?.trim() ? version : undefined);

function toAgent(shape: z.infer<typeof agentShape>, active: boolean, own: OwnSpellings): Agent {
  return {
    id: shape.id,
    name: shape.name,
    ...readStatus(shape.status, own),
    version: told(shape.version),
    active: shape.active ?? active,
    tags: shape.tags?.map((tag) => (typeof tag === "string" ? tag : tag.name)),
    relayId: shape.relayId || undefined,
    communication: shape.communicationVersion ?? undefined,
    lastContact: shape.lastContact ?? undefined,
  };
}

/** What has nothing but these for certain. */
export const named = z.object({ id: z.string(), name: z.string() });
/** Which entries name their agent is known from other clients alone. One whose agent cannot be read is an entry without. */
const runningOn = z
  .object({ id: text.catch(undefined), name: text.catch(undefined) })
  .nullish()
  .catch(undefined);
const entryOfActivity = z.object({
  processRequestType: text.catch(undefined),
  agent: runningOn,
  resource: z.object({ agent: runningOn }).nullish().catch(undefined),
});
export const activityShape = z.array(entryOfActivity);

/** The agent on which it runs, by its id or else its name; undefined where the server does not name it. */
export function agentOfEntry({ agent, resource }: z.infer<typeof entryOfActivity>): string | undefined {
  return agent?.id || agent?.name || resource?.agent?.id || resource?.agent?.name || undefined;
}

export const systemShape = z.object({
  maintenanceModeEnabled: flag,
  enableInactiveLinks: flag,
  externalURL: z.string().nullish().catch(undefined),
});
const count = z.number().int().nonnegative().nullish().catch(undefined);
const relayShape = named.extend({
  status: text.catch(undefined),
  version: text.catch(undefined),
  hostname: text.catch(undefined),
  totalAgents: count,
  activeAgents: count,
  lastContact: count,
  communicationVersion: text.catch(undefined),
});
export const relaysShape = z.array(relayShape);

/** The server's own word is ONLINE or OFFLINE; without one it is not known whether it is up. */
export function toRelay(shape: z.infer<typeof relayShape>): Relay {
  return {
    id: shape.id,
    name: shape.name,
    up: shape.status ? shape.status !== "OFFLINE" : undefined,
    version: told(shape.version),
    hostname: shape.hostname ?? undefined,
    totalAgents: shape.totalAgents ?? undefined,
    activeAgents: shape.activeAgents ?? undefined,
    lastContact: shape.lastContact ?? undefined,
    communication: shape.communicationVersion ?? undefined,
  };
}
export const statusesShape = z.record(z.string(), z.number());
