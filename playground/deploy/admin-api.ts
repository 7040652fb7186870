import { hasInactiveLinks, json, missing, type Reply, type Route, text, type World } from "./answers.ts";
import type { Directory, Team, User } from "./people.ts";

/** As docs/urbancode-deploy.md, "System settings and maintenance mode", and "Users, teams and roles" has them. */
export const adminRoutes: readonly Route[] = [
  {
    method: "GET",
    path: /^\/cli\/systemConfiguration$/,
    answer: (_asked, { conditions, serverVersion }) =>
      json({
        ...(hasInactiveLinks(serverVersion) ? { enableInactiveLinks: conditions.inactiveLinks } : {}),
        maintenanceModeEnabled: conditions.maintenance,
        externalURL: "",
        externalUserURL: "",
      }),
  },
  {
    method: "GET",
    path: /^\/cli\/user\/byEmail$/,
    answer: ({ query }, { directory }) => {
      const email = query.get("email");
      if (!email) return missing("email");
      return json(
        directory.users
          .filter((user) => user.email.toLowerCase() === email.toLowerCase())
          .map(({ id, name }) => ({ id, name })),
      );
    },
  },
  {
    method: "GET",
    path: /^\/cli\/user\/info$/,
    answer: ({ query }, { directory }) => {
      const name = query.get("user");
      if (!name) return missing("user");
      const user = findUser(directory, name);
      return user ? json(toUser(user, directory)) : text(404, `No user with id/name ${name}`);
    },
  },
  {
    method: "GET",
    path: /^\/cli\/user\/inRoleOnTeam$/,
    answer: ({ query }, { directory }) => {
      const role = directory.roles.find(({ id, name }) => [id, name].includes(query.get("role") ?? ""));
      const team = findTeam(directory, query.get("team") ?? "");
      if (!role || !team) return text(404, "No such role or team");
      const members = team.members.filter((member) => member.role === role.id);
      const users = directory.users.filter((user) =>
        members.some(
          (member) => member.user === user.id || (member.group !== undefined && user.groups?.includes(member.group)),
        ),
      );
      return json(users.map((user) => toUser(user, directory)));
    },
  },
  {
    method: "GET",
    path: /^\/cli\/team\/info$/,
    answer: ({ query }, { directory }) => {
      const name = query.get("team");
      if (!name) return missing("team");
      const team = findTeam(directory, name);
      return team ? json(toTeam(team, directory)) : text(404, `No team with id/name ${name}`);
    },
  },
  {
    method: "GET",
    path: /^\/cli\/team\/infoAll$/,
    answer: (_asked, { directory }) => json(directory.teams.map((team) => toTeam(team, directory))),
  },
  {
    method: "GET",
    path: /^\/security\/user\/roleMappings\/([^/]+)$/,
    answer: (_asked, world, match) => roleMappings(world, decodeURIComponent(match[1] ?? "")),
  },
  {
    method: "GET",
    path: /^\/security\/role\/([^/]+)$/,
    answer: (_asked, world, match) => role(world, decodeURIComponent(match[1] ?? "")),
  },
];

function findUser(directory: Directory, name: string): User | undefined {
  return directory.users.find((user) => user.id === name || user.name === name);
}

function findTeam(directory: Directory, name: string): Team | undefined {
  return directory.teams.find((team) => team.id === name || team.name === name);
}

function toUser(user: User, directory: Directory) {
  return {
    id: user.id,
    name: user.name,
    actualName: user.name,
    displayName: user.name,
    email: user.email,
    deleted: user.deleted === true,
    isLockedOut: user.isLockedOut === true,
    groups: directory.groups.filter((group) => user.groups?.includes(group.id)),
  };
}

function toTeam(team: Team, directory: Directory) {
  const roleMappings = team.members.map((member) => {
    const role = directory.roles.find(({ id }) => id === member.role);
    const user = directory.users.find(({ id }) => id === member.user);
    const group = directory.groups.find(({ id }) => id === member.group);
    return {
      ...(user ? { user: { id: user.id, name: user.name } } : {}),
      ...(group ? { group: { id: group.id, name: group.name } } : {}),
      role: { id: member.role, name: role?.name ?? member.role },
    };
  });
  return { id: team.id, name: team.name, roleMappings };
}

/** The user's own roles: whether those of groups are among them is not documented, so they are not. */
function roleMappings({ directory, securityHidden }: World, name: string): Reply {
  if (securityHidden) return text(403, "You do not have permission to view this");
  const user = findUser(directory, name);
  if (!user) return text(500, "An error occurred");
  return json(
    directory.teams.flatMap((team) =>
      team.members
        .filter((member) => member.user === user.id)
        .map((member) => ({
          id: team.id,
          name: team.name,
          roleMapping: {
            role: { id: member.role, name: directory.roles.find(({ id }) => id === member.role)?.name ?? "" },
          },
          canManage: false,
        })),
    ),
  );
}

function role({ directory, securityHidden }: World, name: string): Reply {
  if (securityHidden) return text(403, "You do not have permission to view this");
  const found = directory.roles.find((candidate) => candidate.id === name || candidate.name === name);
  if (!found) return text(404, `No role with id/name ${name}`);
  const actionMappings = found.actions.map((action, i) => ({
    id: `${found.id}-${i}`,
    action: { id: `a-${action.name.toLowerCase().replaceAll(" ", "-")}`, name: action.name, category: "Agent" },
    ...(action.resourceRole ? { resourceRole: action.resourceRole } : {}),
  }));
  return json({ id: found.id, name: found.name, actionMappings });
}
