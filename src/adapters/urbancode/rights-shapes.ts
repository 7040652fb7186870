import { z } from "zod";
import type { TeamMapping } from "../../model/deploy-server.ts";
import type { ServerRole } from "../../model/rights.ts";
import { named } from "./shapes.ts";

/** Users, teams and roles as the server writes them. What cannot be read is no right. Source: docs/urbancode-deploy.md, "Users, teams and roles". */
const text = z.string().nullish();
const flag = z.boolean().nullish();

export const usersShape = z.array(named);
export const userShape = named.extend({
  email: text,
  deleted: flag,
  isLockedOut: flag,
  groups: z.array(named).nullish(),
});

export const userTeamsShape = z.array(
  z.object({ id: z.string(), name: z.string().nullish(), roleMapping: z.object({ role: named }) }),
);
const mappingShape = z.object({
  user: z.object({ id: text }).nullish(),
  group: z.object({ id: text }).nullish(),
  role: named,
});
export const teamsShape = z.array(
  z.object({
    id: z.string(),
    name: z.string().nullish(),
    roleMappings: z.array(mappingShape.optional().catch(undefined)).nullish(),
  }),
);

export function toTeamMappings({ id, name, roleMappings }: z.infer<typeof teamsShape>[number]): readonly TeamMapping[] {
  const read = (roleMappings ?? []).filter((mapping) => mapping !== undefined);
  return read.map(({ user, group, role }) => ({
    teamId: id,
    teamName: name ?? undefined,
    roleId: role.id,
    roleName: role.name,
    userId: user?.id ?? undefined,
    groupId: group?.id ?? undefined,
  }));
}

const actionShape = z.object({
  action: z.object({ name: z.string() }),
  resourceRole: z.object({ id: z.string() }).nullish(),
});
export const roleShape = named.extend({
  actionMappings: z.array(actionShape.optional().catch(undefined)).nullish(),
});

export function readRole(value: unknown): ServerRole | undefined {
  const parsed = roleShape.safeParse(value);
  if (!parsed.success) return undefined;
  const actions = (parsed.data.actionMappings ?? [])
    .filter((mapping) => mapping !== undefined)
    .map(({ action, resourceRole }) => ({ name: action.name, agentTypeId: resourceRole?.id }));
  return { id: parsed.data.id, name: parsed.data.name, actions };
}
