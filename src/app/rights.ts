import type { Agent, AgentDetail } from "../domain/agent.ts";
import { wantedPermissions } from "../domain/policy.ts";
import { type Grants, holdsEverywhere, missingRights, type RoleMapping, type ServerRole } from "../domain/rights.ts";
import { ServerError, type ServerUser } from "./ports.ts";
import type { Site } from "./site.ts";
import { UserError } from "./user-error.ts";

const AT_ONCE = 10;

/** What a server user may do, as far as the server tells. A refusal is no right: throws a UserError then. */
export async function readGrants(site: Site, user: ServerUser): Promise<Grants> {
  try {
    const mappings = await readMappings(site, user);
    const ids = [...new Set(mappings.map((mapping) => mapping.roleId))];
    const roles = new Map<string, ServerRole>();
    for (const id of ids) roles.set(id, await site.urbancode.role(id));
    return { mappings, roles };
  } catch (error) {
    if (!(error instanceof ServerError) || error.fault === "unreachable" || error.fault === "failing") throw error;
    throw new UserError(`What you may do on ${site.name} could not be read, so it counts as nothing. ${error.message}`);
  }
}

/** The user's own mappings by the undocumented call, else by the documented one; those of the groups by the documented one alone. */
async function readMappings(site: Site, user: ServerUser): Promise<readonly RoleMapping[]> {
  let own: readonly RoleMapping[] | undefined;
  try {
    own = await site.urbancode.roleMappings(user.id);
  } catch (error) {
    if (!(error instanceof ServerError) || error.fault === "unreachable") throw error;
    // Missing users answer 404 or 500 here, and 8.x may not have the call at all: the documented one decides.
  }
  if (own && user.groups.length === 0) return own;
  const groups = new Set(user.groups.map((group) => group.id));
  const all = await site.urbancode.teamMappings();
  const listed = all.filter(
    (mapping) => mapping.userId === user.id || (mapping.groupId !== undefined && groups.has(mapping.groupId)),
  );
  return [...(own ?? []), ...listed.map(({ teamId, roleId }) => ({ teamId, roleId }))];
}

/** The permission names that the server is known to have, from the rights it reports on an agent. */
export function knownPermissions(detail: AgentDetail): ReadonlySet<string> {
  return new Set(detail.callerRights.keys());
}

/** For each agent, the permissions that are missing on it. Reads the agents' teams only where the System Team does not answer for all. */
export async function readMissing(
  site: Site,
  grants: Grants,
  agents: readonly Agent[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const missing = new Map<string, readonly string[]>();
  const [first] = agents;
  if (!first) return missing;
  const sample = await site.urbancode.info(first.id);
  const wanted = wantedPermissions(site.policy, knownPermissions(sample));
  if (wanted.every((permission) => holdsEverywhere(grants, permission))) return missing;
  const queue = [...agents];
  async function work(): Promise<void> {
    for (let agent = queue.shift(); agent; agent = queue.shift()) {
      const lacking = await missingOn(site, grants, wanted, agent);
      if (lacking.length > 0) missing.set(agent.id, lacking);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return missing;
}

async function missingOn(
  site: Site,
  grants: Grants,
  wanted: readonly string[],
  agent: Agent,
): Promise<readonly string[]> {
  try {
    return missingRights(grants, wanted, (await site.urbancode.info(agent.id)).teams);
  } catch (error) {
    // An agent that the server does not tell about is one on which nothing is allowed.
    if (
      error instanceof ServerError &&
      (error.fault === "denied" || error.fault === "not-found" || error.fault === "unreadable")
    )
      return wanted;
    throw error;
  }
}
