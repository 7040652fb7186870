import pMap, { pMapSkip, pMapStop } from "p-map";
import type { Agent, AgentTeam } from "../../domain/agent.ts";
import {
  type Grants,
  holdsEverywhere,
  missingRights,
  type RoleMapping,
  type ServerRole,
} from "../../domain/people/rights.ts";
import { roleByName } from "../../domain/people/role-names.ts";
import { wantedPermissions } from "../../domain/policy.ts";
import type { ManagedServer } from "../managed-server.ts";
import { AT_ONCE, isAway, ServerError, type ServerUser, saysNothing } from "../urbancode.ts";
import { UserError } from "../user-error.ts";
import type { OwnAccess } from "./own-access.ts";

/** What a server user may do, as far as the server and the configuration tell. Throws a UserError where nothing tells: that is no right. */
export async function readGrants(server: ManagedServer, user: ServerUser): Promise<Grants> {
  const { grants, refusal } = await readRoles(server, user);
  const tells = grants.mappings.length === 0 || [...grants.roles.values()].some(({ actions }) => actions.length > 0);
  if (refusal === undefined || tells) return grants;
  throw unreadable(server, refusal);
}

const NO_GRANTS: Grants = { mappings: [], roles: new Map() };

/** What is computed beside a token of their own: where the server itself vouched for it, nothing has to be. Throws like readGrants. */
export async function grantsBeside(
  own: OwnAccess | undefined,
  server: ManagedServer,
  user: ServerUser,
): Promise<Grants> {
  try {
    return await readGrants(server, user);
  } catch (error) {
    if (own?.proven && error instanceof UserError) return NO_GRANTS;
    throw error;
  }
}

/**
 * Which roles somebody has on which teams, also where it cannot be told what those may do: `refusal` is what the server said then.
 * The server's own word on a role goes before the configuration's list of names.
 */
export async function readRoles(
  server: ManagedServer,
  user: ServerUser,
): Promise<{ readonly grants: Grants; readonly refusal: string | undefined }> {
  try {
    const mappings = await readMappings(server, user);
    const roles = new Map<string, ServerRole>();
    const unread: string[] = [];
    let refusal: string | undefined;
    const names = new Map(mappings.map((mapping) => [mapping.roleId, mapping.roleName ?? ""]));
    await Promise.all(
      [...names].map(async ([id, name]) => {
        const role = await readRole(server, { id, name });
        roles.set(id, role.known ?? { id, name, actions: [] });
        if (role.known) return;
        unread.push(name || id);
        refusal = role.refusal;
      }),
    );
    return { grants: { mappings, roles, ...(unread.length > 0 ? { unread: unread.sort() } : {}) }, refusal };
  } catch (error) {
    if (!isUnknown(error)) throw error;
    throw unreadable(server, error.message);
  }
}

async function readRole(
  { urbancode, policy }: ManagedServer,
  role: { readonly id: string; readonly name: string },
): Promise<{ readonly known: ServerRole | undefined; readonly refusal?: string }> {
  try {
    return { known: await urbancode.role(role.id) };
  } catch (error) {
    // It is not for Drydock's account, or this version of the server does not have the call.
    if (!isUnknown(error)) throw error;
    return { known: roleByName(policy.roleNames ?? {}, role), refusal: error.message };
  }
}

function isUnknown(error: unknown): error is ServerError {
  return error instanceof ServerError && !saysNothing(error);
}

function unreadable(server: ManagedServer, refusal: string): UserError {
  return new UserError(
    "rights-unreadable",
    `What you may do on ${server.name} could not be read, so it counts as nothing. ${refusal}`,
  );
}

/** The user's own mappings by the undocumented call, else by the documented one; those of the groups by the documented one alone. */
async function readMappings(server: ManagedServer, user: ServerUser): Promise<readonly RoleMapping[]> {
  let own: readonly RoleMapping[] | undefined;
  try {
    own = await server.urbancode.roleMappings(user.id);
  } catch (error) {
    if (!(error instanceof ServerError) || isAway(error)) throw error;
    // Missing users answer 404 or 500 here, and 8.x may not have the call at all: the documented one decides.
  }
  if (own && user.groups.length === 0) return own;
  const groups = new Set(user.groups.map((group) => group.id));
  const all = await server.urbancode.teamMappings();
  const listed = all.filter(
    (mapping) => mapping.userId === user.id || (mapping.groupId !== undefined && groups.has(mapping.groupId)),
  );
  return [
    ...(own ?? []),
    ...listed.map(({ teamId, teamName, roleId, roleName }) => ({ teamId, teamName, roleId, roleName })),
  ];
}

export interface RightsRequest {
  readonly server: ManagedServer;
  readonly grants: Grants;
  /** With a token of their own the server tells of each agent itself. */
  readonly own: OwnAccess | undefined;
  /** In the order in which they are looked at. */
  readonly agents: readonly Agent[];
  /** Reads every agent again, however lately it was read. */
  readonly fresh: boolean;
  /** Wants the teams of every agent, also where a right held on the System Team answers for all. */
  readonly teams: boolean;
  /** Stops once so many agents are found on which nothing is missing and that `counts`. */
  readonly enough: number | undefined;
  readonly counts: (agent: Agent, teams: readonly AgentTeam[]) => boolean | Promise<boolean>;
  /** Agents have to be looked at one by one: this comes before the first. */
  readonly begin: () => void;
  readonly progress: (done: number) => void;
}

export interface RightsReading {
  /** The agents that were looked at: the permissions that are missing on each, none where it may be upgraded. */
  readonly missing: ReadonlyMap<string, readonly string[]>;
  readonly teams: ReadonlyMap<string, readonly AgentTeam[]>;
}

/** Looks at agent after agent, ten at a time; where a right is held on the System Team one look answers for all. */
export async function readRights(request: RightsRequest): Promise<RightsReading> {
  const { server, grants, own, agents, fresh, enough, progress } = request;
  const missing = new Map<string, readonly string[]>();
  const teams = new Map<string, readonly AgentTeam[]>();
  const [first] = agents;
  if (!first) return { missing, teams };
  const wanted = wantedPermissions(server.policy, await server.fleet.permissions(first.id));
  const everywhere = wanted.every((permission) => holdsEverywhere(grants, permission));
  if (everywhere && !request.teams && !own) {
    for (const agent of agents) missing.set(agent.id, []);
    return { missing, teams };
  }
  request.begin();
  let found = 0;
  await pMap(
    agents,
    async (agent) => {
      if (enough !== undefined && found >= enough) return pMapStop;
      const on = await teamsOf(server, agent, fresh);
      const lacking = on ? await missingOn(agent.id, { grants, own, wanted, teams: on }) : wanted;
      missing.set(agent.id, lacking);
      teams.set(agent.id, on ?? []);
      if (lacking.length === 0 && (await request.counts(agent, on ?? []))) found += 1;
      progress(missing.size);
      return pMapSkip;
    },
    { concurrency: AT_ONCE },
  );
  return { missing, teams };
}

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
