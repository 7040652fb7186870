import { data } from "../../core/view.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import type { ServerCheck } from "./check.ts";
import { type Found, ok, problem, warning } from "./finding.ts";
import { nearestName } from "./nearest-name.ts";

/** Whether the server has the permissions that the configuration names: one that it does not have is held by no one. */
export const serverPermissions: ServerCheck = {
  code: "permissions",
  async run(_ports, server) {
    const [first] = await server.fleet.agents();
    const known = first ? [...(await server.fleet.permissions(first.id))] : [];
    if (known.length === 0) return [];
    const found = named(server).flatMap(([permission, setting, isOptional]): readonly Found[] => {
      if (known.includes(permission)) return [];
      const near = nearestName(permission, known);
      // Older servers lack some: those that the setting says may be missing are a mistake only if they are misspelled.
      if (isOptional && near === undefined) return [];
      const level = isOptional ? warning : problem;
      return [
        level(
          "permission-unknown",
          [`${server.name} has no permission `, data(permission), `, which ${setting} names.`],
          near === undefined
            ? [`Correct the name under ${setting}. The server has: `, data(known.join(", ")), "."]
            : ["Did you mean ", data(near), `? Correct the name under ${setting}.`],
        ),
      ];
    });
    return found.length > 0 ? found : [ok("permissions", `${server.name} has the permissions that are configured.`)];
  },
};

function named({ name, policy }: ManagedServer): readonly (readonly [string, setting: string, optional: boolean])[] {
  const { approvers, required, whereKnown, roleNames = {} } = policy;
  const at = `servers.${name}`;
  const ofGroups = approvers.usergroups.length > 0 ? approvers.usergroupPermissions : [];
  return [
    ...required.map((one) => [one, `${at}.permissions.required`, false] as const),
    ...whereKnown.map((one) => [one, `${at}.permissions.whereKnown`, true] as const),
    ...ofGroups
      .filter((one) => !required.includes(one))
      .map((one) => [one, `${at}.approvers.usergroupPermissions`, false] as const),
    ...Object.values(roleNames)
      .flatMap(({ permissions }) => permissions)
      .map((one) => [one, `${at}.permissions.roleNames`, true] as const),
  ];
}
