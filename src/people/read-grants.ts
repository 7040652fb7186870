import { UserError } from "../core/user-error.ts";
import { isAway, ServerError, type ServerUser } from "../model/deploy-server.ts";
import type { Grants, RoleMapping, ServerRole } from "../model/rights.ts";
import { roleByName } from "../model/role-names.ts";
import { isUnknown } from "../servers/inactive.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { OwnAccess } from "./own-access.ts";

/** What a server user may do, as far as the server and the configuration tell. Throws a UserError where nothing tells: that is no right. */
export async function readGrants(
  server: ManagedServer,
  user: ServerUser,
  roles: RoleReads = server.urbancode,
): Promise<Grants> {
  const { grants, refusal } = await readRoles(server, user, roles);
  const tells = grants.mappings.length === 0 || [...grants.roles.values()].some(({ actions }) => actions.length > 0);
  if (refusal === undefined || tells) return grants;
  throw unreadable(server, refusal);
}

/** What a role may do: asked of the server now, or, for a look, of its fleet, which shares one answer among many people. */
type RoleReads = Pick<ManagedServer["urbancode"], "role">;

const NO_GRANTS: Grants = { mappings: [], roles: new Map(), unread: [] };

/** What is computed beside a token of their own: where the server itself vouched for it, nothing has to be. Throws like readGrants. */
export async function grantsBeside(
  own: OwnAccess | undefined,
  server: ManagedServer,
  user: ServerUser,
  roles: RoleReads,
): Promise<Grants> {
  try {
    return await readGrants(server, user, roles);
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
  roleReads: RoleReads = server.urbancode,
): Promise<{ readonly grants: Grants; readonly refusal: string | undefined }> {
  try {
    const mappings = await readMappings(server, user);
    const roles = new Map<string, ServerRole>();
    const unread: string[] = [];
    let refusal: string | undefined;
    const names = new Map(mappings.map((mapping) => [mapping.roleId, mapping.roleName ?? ""]));
    await Promise.all(
      [...names].map(async ([id, name]) => {
        const role = await readRole(roleReads, server, { id, name });
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
  roles: RoleReads,
  { policy }: ManagedServer,
  role: { readonly id: string; readonly name: string },
): Promise<{ readonly known: ServerRole | undefined; readonly refusal?: string }> {
  try {
    return { known: await roles.role(role.id) };
  } catch (error) {
    // It is not for Drydock's account, or this version of the server does not have the call.
    if (!isUnknown(error)) throw error;
    return { known: roleByName(policy.roleNames ?? {}, role), refusal: error.message };
  }
}

function unreadable(server: ManagedServer, refusal: string): UserError {
  return new UserError(
    "rights-unreadable",
    `Drydock could not read your permissions on ${server.name}, so you have none there now. ${refusal}`,
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
