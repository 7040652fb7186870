import { type Grants, holdsEverywhere, holdsOn } from "../../domain/people/rights.ts";
import { isUnknown } from "../inactive.ts";
import type { ManagedServer } from "../managed-server.ts";
import type { Identity } from "./identity.ts";
import type { OwnAccess } from "./own-access.ts";
import { readGrants } from "./rights.ts";

/** The permission without which an agent is not shown to somebody. Source: docs/urbancode-deploy.md, "Upgrading agents". */
const VIEW = "View Agents";

/** Tells of each agent whether the person may view it; what the server does not tell about is not viewed. */
export type Views = (agentId: string) => Promise<boolean>;

export async function viewRights(
  server: ManagedServer,
  { user }: Identity,
  own: OwnAccess | undefined,
): Promise<Views> {
  return viewRightsBy(server, own?.proven ? undefined : await readGrants(server, user), own);
}

/** @param grants what the person holds; undefined where their own token alone decides. */
export function viewRightsBy(server: ManagedServer, grants: Grants | undefined, own: OwnAccess | undefined): Views {
  if (own?.proven) return async (agentId) => (await own.missing(agentId, [VIEW])).length === 0;
  if (!grants) return async () => false;
  if (holdsEverywhere(grants, VIEW)) return async () => true;
  return async (agentId) => {
    try {
      return holdsOn(grants, VIEW, await server.fleet.teams(agentId));
    } catch (error) {
      if (isUnknown(error)) return false;
      throw error;
    }
  };
}
