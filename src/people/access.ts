import pMap, { pMapSkip, pMapStop } from "p-map";
import type { Agent, AgentDetail, AgentTeam } from "../core/agent.ts";
import { onceFor } from "../core/cache.ts";
import { AT_ONCE, ServerError } from "../model/deploy-server.ts";
import { wantedPermissions } from "../model/policy.ts";
import { type Grants, holdsEverywhere, holdsOn, holdsSomewhere, missingRights } from "../model/rights.ts";
import { isUnknown } from "../servers/inactive.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { Identity } from "./identity.ts";
import type { OwnAccess } from "./own-access.ts";
import { grantsBeside } from "./rights.ts";

/** Without this permission a person is not shown an agent. Source: docs/upgrade-guide.md. */
const VIEW = "View Agents";

/** Whether a person may view an agent; one of which the server says nothing is not viewed. */
export interface Views {
  (agentId: string): Promise<boolean>;
  /** Whether they may view all agents, so that none has to be asked about. */
  all(): Promise<boolean>;
}

/** One person on one server, for several questions: what they hold is read once. All of it throws UserError and ServerError. */
export interface Access {
  readonly identity: Identity;
  /** With what Drydock acts for them, where they linked a token of their own. */
  readonly own: OwnAccess | undefined;
  /** Their roles on teams, as far as they count: what the server says to a token that it knows needs none. */
  grants(): Promise<Grants>;
  views: Views;
  /** Of these permissions those that they hold on no team. */
  nowhere(permissions: readonly string[]): Promise<readonly string[]>;
  /** What they lack on each of these agents. */
  lacks(agents: readonly Agent[], how?: RightsRequest): Promise<RightsReading>;
  /** The same on one agent that was read just now. `lost`: what they do not hold on any team either. */
  lacksOn(agent: AgentDetail): Promise<{ readonly missing: readonly string[]; readonly lost: readonly string[] }>;
}

/** @param fresh whether every agent is read again, however lately that was done. */
export function createAccess(
  server: ManagedServer,
  identity: Identity,
  own: OwnAccess | undefined,
  fresh: boolean,
): Access {
  let reading: Promise<Grants> | undefined;
  function grants(): Promise<Grants> {
    reading ??= grantsBeside(own, server, identity.user, fresh ? server.urbancode : server.fleet);
    return reading;
  }

  async function viewsAll(): Promise<boolean> {
    return !own?.proven && holdsEverywhere(await grants(), VIEW);
  }

  async function mayView(agentId: string): Promise<boolean> {
    if (own?.proven) return (await own.missing(agentId, [VIEW])).length === 0;
    if (await viewsAll()) return true;
    try {
      return holdsOn(await grants(), VIEW, await server.fleet.teams(agentId));
    } catch (error) {
      if (isUnknown(error)) return false;
      throw error;
    }
  }

  return {
    identity,
    own,
    grants,
    views: Object.assign(mayView, { all: viewsAll }),
    async nowhere(permissions) {
      return heldNowhere(await grants(), permissions);
    },
    lacks: async (agents, how = {}) => readRights({ server, own, fresh, agents, grants: await grants() }, how),
    async lacksOn({ id, teams, callerRights }) {
      const wanted = wantedPermissions(server.policy, new Set(callerRights.keys()));
      const held = await grants();
      const missing = await missingOn(id, { grants: held, own, wanted, teams });
      // Roles that could not be read may carry it on another team.
      return { missing, lost: own?.proven && held.unread ? [] : heldNowhere(held, missing) };
    },
  };
}

function heldNowhere(grants: Grants, permissions: readonly string[]): readonly string[] {
  return permissions.filter((permission) => !holdsSomewhere(grants, permission));
}

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
