import type { AgentTeam } from "../core/agent.ts";

/** The built-in team that covers every agent. Source: docs/urbancode-deploy.md, "Users, teams and roles". */
export const SYSTEM_TEAM_ID = "20000000000000000000000100000000";

/** A role that a user or a group has on a team. */
export interface RoleMapping {
  readonly teamId: string;
  /** Where the server tells it. */
  readonly teamName?: string | undefined;
  readonly roleId: string;
  readonly roleName?: string | undefined;
}

/** What a role may do. An action without `agentTypeId` is for agents of the standard type. */
export interface ServerRole {
  readonly id: string;
  readonly name: string;
  readonly actions: readonly { readonly name: string; readonly agentTypeId: string | undefined }[];
  /** What it may do is the configuration's word, where types may be written by their names. */
  readonly byName?: true;
}

/** One person's grants on one server: their roles on teams, with what each role may do. */
export interface Grants {
  readonly mappings: readonly RoleMapping[];
  readonly roles: ReadonlyMap<string, ServerRole>;
  /** Names of roles of which nothing tells what they may do: they count as nothing. */
  readonly unread?: readonly string[];
}

/** Whether the right is held on the System Team, for all agents whatever their type. */
export function holdsEverywhere(grants: Grants, permission: string): boolean {
  return grants.mappings.some(
    (mapping) =>
      mapping.teamId === SYSTEM_TEAM_ID &&
      actionsOf(grants, mapping).some((action) => action.name === permission && action.agentTypeId === undefined),
  );
}

/** Whether the right is held on any team at all, for agents of whatever type. */
export function holdsSomewhere(grants: Grants, permission: string): boolean {
  return grants.mappings.some((mapping) => actionsOf(grants, mapping).some((action) => action.name === permission));
}

/** Whether the right is held on an agent of these teams. */
export function holdsOn(grants: Grants, permission: string, teams: readonly AgentTeam[]): boolean {
  if (holdsEverywhere(grants, permission)) return true;
  return grants.mappings.some((mapping) => {
    const types = actionsOf(grants, mapping)
      .filter((action) => action.name === permission)
      .map((action) => action.agentTypeId);
    const byName = grants.roles.get(mapping.roleId)?.byName === true;
    const covers = ({ roleId, roleName }: AgentTeam) =>
      types.includes(roleId) || (byName && roleId !== undefined && roleName !== undefined && types.includes(roleName));
    return teams.some((team) => (team.teamId === mapping.teamId || mapping.teamId === SYSTEM_TEAM_ID) && covers(team));
  });
}

/** The permissions of `required` that are not held on an agent of these teams. */
export function missingRights(
  grants: Grants,
  required: readonly string[],
  teams: readonly AgentTeam[],
): readonly string[] {
  return required.filter((permission) => !holdsOn(grants, permission, teams));
}

function actionsOf(grants: Grants, mapping: RoleMapping): ServerRole["actions"] {
  return grants.roles.get(mapping.roleId)?.actions ?? [];
}
