import type { Agent, AgentDetail } from "../core/agent.ts";
import { wantedPermissions } from "../model/policy.ts";
import { type Grants, holdsEverywhere, holdsOn, holdsSomewhere } from "../model/rights.ts";
import { isUnknown } from "../servers/inactive.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { Identity } from "./identity.ts";
import type { OwnAccess } from "./own-access.ts";
import { grantsBeside } from "./read-grants.ts";
import { missingOn, type RightsReading, type RightsRequest, readRights } from "./read-rights.ts";

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
  /** What their roles carry, without a look at agents. */
  byRoles(): Promise<RoleSummary>;
  /** Of these permissions those that they hold on no team. */
  nowhere(permissions: readonly string[]): Promise<readonly string[]>;
  /** What they lack on each of these agents. */
  lacks(agents: readonly Agent[], how?: RightsRequest): Promise<RightsReading>;
  /** The same on one agent that was read just now. `lost`: what they do not hold on any team either. */
  lacksOn(agent: AgentDetail): Promise<{ readonly missing: readonly string[]; readonly lost: readonly string[] }>;
}

export interface RoleSummary {
  /** Whether they may upgrade every agent. */
  readonly everywhere: boolean;
  /** The permissions that an upgrade wants. */
  readonly wanted: readonly string[];
  /** Roles that count as nothing, because nothing tells what they may do. */
  readonly unread: readonly string[];
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
    async byRoles() {
      const held = await grants();
      const wanted = wantedPermissions(server.policy, new Set(server.policy.whereKnown));
      return {
        everywhere: wanted.every((permission) => holdsEverywhere(held, permission)),
        wanted,
        unread: held.unread ?? [],
      };
    },
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
