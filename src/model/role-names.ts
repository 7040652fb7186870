import type { ServerRole } from "./rights.ts";

/** What a role carries by the configuration's word, for servers that do not tell what their roles may do. */
export interface NamedRole {
  readonly permissions: readonly string[];
  /** Security subtypes of agents, by name or id, on which it carries them besides the standard type. */
  readonly subtypes: readonly string[];
}

/** By the role's name, as the server writes it. */
export type RoleNames = Readonly<Record<string, NamedRole>>;

/** The role as the configuration describes it; undefined where it does not. Its name is compared to the letter. */
export function roleByName(
  names: RoleNames,
  role: { readonly id: string; readonly name: string },
): ServerRole | undefined {
  const named = Object.hasOwn(names, role.name) ? names[role.name] : undefined;
  if (!named) return undefined;
  const actions = named.permissions.flatMap((name) => [
    { name, agentTypeId: undefined },
    ...named.subtypes.map((subtype) => ({ name, agentTypeId: subtype })),
  ]);
  return { id: role.id, name: role.name, actions, byName: true };
}
