import { holdsEverywhere, holdsOn } from "../../domain/people/rights.ts";
import type { Site } from "../site.ts";
import { ServerError } from "../urbancode.ts";
import type { Identity } from "./identity.ts";
import type { OwnAccess } from "./own-access.ts";
import { readGrants } from "./rights.ts";

/** The permission without which an agent is not shown to somebody. Source: the reference, section 1. */
const VIEW = "View Agents";

/** Tells of each agent whether the person may view it; what the server does not tell about is not viewed. */
export async function viewRights(
  site: Site,
  { user }: Identity,
  own: OwnAccess | undefined,
): Promise<(agentId: string) => Promise<boolean>> {
  if (own?.proven) return async (agentId) => (await own.missing(agentId, [VIEW])).length === 0;
  const grants = await readGrants(site, user);
  if (holdsEverywhere(grants, VIEW)) return async () => true;
  return async (agentId) => {
    try {
      return holdsOn(grants, VIEW, await site.fleet.teams(agentId));
    } catch (error) {
      if (error instanceof ServerError) return false;
      throw error;
    }
  };
}
