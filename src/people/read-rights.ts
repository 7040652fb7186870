import pMap, { pMapSkip, pMapStop } from "p-map";
import type { Agent, AgentTeam } from "../core/agent.ts";
import { onceFor } from "../core/cache.ts";
import { AT_ONCE, ServerError } from "../model/deploy-server.ts";
import { wantedPermissions } from "../model/policy.ts";
import { type Grants, holdsEverywhere, missingRights } from "../model/rights.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { OwnAccess } from "./own-access.ts";

/** How agents are looked at to find out what somebody lacks on them. */
export interface RightsRequest {
  /** Wants the teams of every agent, also where a right held on the System Team answers for all. */
  readonly teams?: boolean;
  /** Stops once so many agents are found on which nothing is missing and that `counts`. */
  readonly enough?: number | undefined;
  readonly counts?: (agent: Agent, teams: readonly AgentTeam[]) => boolean | Promise<boolean>;
  /** Agents have to be looked at one by one: this comes before the first. */
  readonly begin?: () => void;
  /** With every agent that was looked at; what it throws ends the reading. */
  readonly progress?: (done: number) => void;
}

export interface RightsReading {
  /** The agents that were looked at: the permissions that are missing on each, none where it may be upgraded. */
  readonly missing: ReadonlyMap<string, readonly string[]>;
  readonly teams: ReadonlyMap<string, readonly AgentTeam[]>;
  /** Roles on the System Team answered for every agent: nothing is missing on any, and no teams were read. */
  readonly everywhere: boolean;
}

/** Looks at agent after agent, ten at a time; where a right is held on the System Team one look answers for all. */
export async function readRights(
  given: {
    readonly server: ManagedServer;
    readonly grants: Grants;
    /** With a token of their own the server tells of each agent itself. */
    readonly own: OwnAccess | undefined;
    /** In the order in which they are looked at. */
    readonly agents: readonly Agent[];
    /** Reads every agent again, however lately it was read. */
    readonly fresh: boolean;
  },
  how: RightsRequest,
): Promise<RightsReading> {
  const { server, grants, own, agents, fresh } = given;
  const { enough, counts = () => true, progress } = how;
  const missing = new Map<string, readonly string[]>();
  const teams = new Map<string, readonly AgentTeam[]>();
  const [first] = agents;
  if (!first) return { missing, teams, everywhere: false };
  const wanted = wantedPermissions(server.policy, await server.fleet.permissions(first.id));
  const everywhere = wanted.every((permission) => holdsEverywhere(grants, permission));
  if (everywhere && !how.teams && !own) {
    return { missing: nothingMissing(agents), teams, everywhere };
  }
  how.begin?.();
  let found = 0;
  await pMap(
    agents,
    async (agent) => {
      if (enough !== undefined && found >= enough) return pMapStop;
      const on = await teamsOf(server, agent, fresh);
      const lacking = on ? await missingOn(agent.id, { grants, own, wanted, teams: on }) : wanted;
      missing.set(agent.id, lacking);
      teams.set(agent.id, on ?? []);
      if (lacking.length === 0 && (await counts(agent, on ?? []))) found += 1;
      progress?.(missing.size);
      return pMapSkip;
    },
    { concurrency: AT_ONCE },
  );
  return { missing, teams, everywhere: false };
}

/** People who may upgrade all of one selection share this. */
const nothingMissing = onceFor(
  (agents: readonly Agent[]): RightsReading["missing"] => new Map(agents.map(({ id }) => [id, []])),
);

/** What is missing on one agent: by the roles, and by the word of the server to whoever has a token of their own; a token that is known by its rights alone adds none. */
export async function missingOn(
  agentId: string,
  given: {
    readonly grants: Grants;
    readonly own: OwnAccess | undefined;
    readonly wanted: readonly string[];
    readonly teams: readonly AgentTeam[];
  },
): Promise<readonly string[]> {
  const { grants, own, wanted, teams } = given;
  const computed = missingRights(grants, wanted, teams);
  if (!own) return computed;
  const told = await own.missing(agentId, wanted);
  return own.proven ? told : wanted.filter((permission) => computed.includes(permission) || told.includes(permission));
}

/** The permissions that are missing on any of these; undefined where there are none, or one was not read. */
export function missingOnAny(
  units: readonly { readonly id: string }[],
  missing: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  if (units.length === 0 || units.some(({ id }) => !missing.has(id))) return undefined;
  return [...new Set(units.flatMap(({ id }) => missing.get(id) ?? []))];
}

/** Undefined where the server does not tell about the agent: nothing is allowed on it then. */
async function teamsOf(server: ManagedServer, agent: Agent, fresh: boolean): Promise<readonly AgentTeam[] | undefined> {
  try {
    return await server.fleet.teams(agent.id, fresh);
  } catch (error) {
    const unknown = error instanceof ServerError && ["denied", "not-found", "unreadable"].includes(error.fault);
    if (unknown) return undefined;
    throw error;
  }
}
