import { data } from "../../core/view.ts";
import { ServerError, type TeamMapping } from "../../model/deploy-server.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import type { ServerCheck } from "./check.ts";
import { type Found, ok, problem, warning } from "./finding.ts";
import { nearestName } from "./nearest-name.ts";

/** Whether Drydock can read who has which role, and whether the roles and teams of the configuration are there. */
export const serverRoles: ServerCheck = {
  code: "roles",
  async run(_ports, server) {
    let mappings: readonly TeamMapping[];
    try {
      mappings = await server.urbancode.teamMappings();
    } catch (error) {
      if (!(error instanceof ServerError) || error.fault !== "denied") throw error;
      return [
        problem(
          "teams-denied",
          [`${server.name} does not let Drydock's account read its teams: `, data(error.message)],
          ["Give the account a role that may view all teams: Drydock reads there what people may do."],
        ),
      ];
    }
    const found = [
      ...(await contents(server, mappings)),
      ...namedRoles(server, mappings),
      ...server.policy.approvers.roles.flatMap((one) => approverRole(server, mappings, one)),
    ];
    return found.length > 0 ? found : [ok("roles", `Drydock can read the roles of ${server.name}.`)];
  },
};

/** What a role may do is read by a call that not every server has, and not every account may use. */
async function contents({ name, urbancode, policy }: ManagedServer, mappings: readonly TeamMapping[]) {
  const [first] = mappings;
  if (!first || policy.roleNames !== undefined) return [];
  try {
    await urbancode.role(first.roleId);
    return [];
  } catch (error) {
    if (!(error instanceof ServerError) || !["denied", "not-found", "unreadable"].includes(error.fault)) throw error;
    return [
      problem(
        "roles-unreadable",
        [`${name} does not show Drydock what a role may do, so people have no rights there: `, data(error.message)],
        [`List your roles and their permissions under servers.${name}.permissions.roleNames.`],
      ),
    ];
  }
}

function namedRoles({ name, policy }: ManagedServer, mappings: readonly TeamMapping[]): readonly Found[] {
  const roles = namesOf(mappings);
  return Object.keys(policy.roleNames ?? {})
    .filter((role) => !roles.includes(role))
    .map((role) =>
      warning(
        "role-name-unknown",
        [`No one on ${name} has the role `, data(role), `, which servers.${name}.permissions.roleNames names.`],
        misspelled(role, roles, `servers.${name}.permissions.roleNames`),
      ),
    );
}

function approverRole(
  { name }: ManagedServer,
  mappings: readonly TeamMapping[],
  { role, team }: { readonly role: string; readonly team: string },
): readonly Found[] {
  const setting = `servers.${name}.approvers.roles`;
  const ofTeam = mappings.filter(({ teamId, teamName }) => teamId === team || teamName === team);
  const hasRole = ({ roleId, roleName }: TeamMapping) => roleId === role || roleName === role;
  if (ofTeam.length === 0)
    return [
      problem(
        "team-unknown",
        [`${name} shows Drydock no team `, data(team), ` with members, which ${setting} names.`],
        misspelled(
          team,
          mappings.flatMap(({ teamName }) => teamName ?? []),
          setting,
        ),
      ),
    ];
  if (ofTeam.some(hasRole)) return [];
  if (mappings.some(hasRole))
    return [
      problem(
        "role-unheld",
        [`No one has the role `, data(role), " on the team ", data(team), `, which ${setting} names.`],
        [`Give the approvers that role on the team, or correct ${setting}.`],
      ),
    ];
  return [
    problem(
      "role-unknown",
      [`No one on ${name} has a role `, data(role), `, which ${setting} names.`],
      misspelled(role, namesOf(mappings), setting),
    ),
  ];
}

function namesOf(mappings: readonly TeamMapping[]): readonly string[] {
  return mappings.flatMap(({ roleName }) => roleName ?? []);
}

function misspelled(name: string, known: readonly string[], setting: string) {
  const near = nearestName(name, known);
  if (near === undefined) return [`Correct the name under ${setting}: upper and lower case count.`];
  return ["Did you mean ", data(near), `? Correct the name under ${setting}.`];
}
