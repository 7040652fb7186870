import type { Agent, AgentDetail } from "../core/agent.ts";
import { type Grants, holdsEverywhere, holdsOn, holdsSomewhere } from "../model/person/rights.ts";
import { wantedPermissions } from "../model/policy.ts";
import { isUnknown } from "../servers/inactive.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { Identity } from "./identity.ts";
import { missingOn, type RightsReading, type RightsRequest, readRights } from "./missing-rights.ts";
import type { OwnAccess } from "./own-access.ts";
import { grantsBeside } from "./rights.ts";

/** The permission without which an agent is not shown to somebody. Source: docs/urbancode-deploy.md, "Upgrading agents". */
const VIEW = "View Agents";

/** Whether a person may view an agent; one of which the server says nothing is not viewed. */
export type Views = (agentId: string) => Promise<boolean>;

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
    reading ??= grantsBeside(own, server, identity.user);
    return reading;
  }

  return {
    identity,
    own,
    grants,
    async views(agentId) {
      if (own?.proven) return (await own.missing(agentId, [VIEW])).length === 0;
      const held = await grants();
      if (holdsEverywhere(held, VIEW)) return true;
      try {
        return holdsOn(held, VIEW, await server.fleet.teams(agentId));
      } catch (error) {
        if (isUnknown(error)) return false;
        throw error;
      }
    },
    async nowhere(permissions) {
      return heldNowhere(await grants(), permissions);
    },
    lacks: async (agents, how = {}) => readRights({ server, own, fresh, agents, grants: await grants() }, how),
    async lacksOn({ id, teams, callerRights }) {
      const wanted = wantedPermissions(server.policy, new Set(callerRights.keys()));
      const held = await grants();
      const missing = await missingOn(id, { grants: held, own, wanted, teams });
      return { missing, lost: heldNowhere(held, missing) };
    },
  };
}

function heldNowhere(grants: Grants, permissions: readonly string[]): readonly string[] {
  return permissions.filter((permission) => !holdsSomewhere(grants, permission));
}
