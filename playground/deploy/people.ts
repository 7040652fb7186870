/** The server's users, groups, teams and roles. Ids are fixed, so that tests and people can name them. */
export interface Role {
  readonly id: string;
  readonly name: string;
  readonly actions: readonly {
    readonly name: string;
    readonly resourceRole?: { readonly id: string; readonly name: string };
  }[];
}

export interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly password?: string;
  readonly token?: string;
  readonly deleted?: boolean;
  readonly isLockedOut?: boolean;
  readonly groups?: readonly string[];
}

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly members: readonly { readonly user?: string; readonly group?: string; readonly role: string }[];
}

export interface Directory {
  readonly users: readonly User[];
  readonly groups: readonly { readonly id: string; readonly name: string }[];
  readonly roles: readonly Role[];
  readonly teams: readonly Team[];
}

/** The user that Drydock has here. */
export const SERVICE_USER = "drydock";

export const SYSTEM_TEAM = "20000000000000000000000100000000";
export const AGENT_TYPE = { id: "20000000000000000000000000000106", name: "Agent" };

/** The permission keys that servers show for agents. `Upgrade Agents` is there since 6.2.7. */
export const AGENT_PERMISSIONS = [
  "Add to Agent Pool",
  "Create Resources",
  "Delete",
  "Edit Basic Settings",
  "Execute on Agents",
  "Manage Impersonation",
  "Manage Properties",
  "Manage Teams",
  "Manage Version Imports",
  "Upgrade Agents",
  "View Agents",
];

const actions = (...names: string[]) => names.map((name) => ({ name }));

export const DEFAULT_DIRECTORY: Directory = {
  users: [
    { id: "u-admin", name: "admin", email: "admin@drydock.test", password: "admin" },
    {
      id: "u-drydock",
      name: SERVICE_USER,
      email: "drydock@drydock.test",
      password: "dry-dock-password",
      token: "dry-dock-token",
    },
    { id: "u-alice", name: "alice", email: "alice@drydock.test", password: "alice" },
    { id: "u-bob", name: "bob", email: "bob@drydock.test", password: "bob" },
    { id: "u-carol", name: "carol", email: "carol@drydock.test", password: "carol" },
    { id: "u-dave", name: "dave", email: "dave@drydock.test", password: "dave", groups: ["g-oncall"] },
    { id: "u-twin1", name: "twin1", email: "twin@drydock.test" },
    { id: "u-twin2", name: "twin2", email: "twin@drydock.test" },
    { id: "u-gone", name: "gone", email: "gone@drydock.test", deleted: true },
    { id: "u-locked", name: "locked", email: "locked@drydock.test", isLockedOut: true },
  ],
  groups: [{ id: "g-oncall", name: "oncall" }],
  roles: [
    { id: "r-admin", name: "Administrator", actions: actions(...AGENT_PERMISSIONS) },
    {
      id: "r-upgrader",
      name: "Agent Upgrader",
      actions: actions("View Agents", "Edit Basic Settings", "Upgrade Agents"),
    },
    { id: "r-viewer", name: "Agent Viewer", actions: actions("View Agents") },
  ],
  teams: [
    {
      id: SYSTEM_TEAM,
      name: "System Team",
      members: [
        { user: "u-admin", role: "r-admin" },
        { user: "u-drydock", role: "r-admin" },
        { user: "u-alice", role: "r-upgrader" },
        { user: "u-carol", role: "r-viewer" },
      ],
    },
    { id: "t-web", name: "Web", members: [{ user: "u-bob", role: "r-upgrader" }] },
    { id: "t-data", name: "Data", members: [{ group: "g-oncall", role: "r-upgrader" }] },
  ],
};

export interface AgentTeam {
  readonly teamId: string;
  readonly teamLabel: string;
  readonly resourceRoleId?: string;
  readonly resourceRoleLabel?: string;
}

/** Whether the user holds the permission on an agent of these teams: own roles and those of groups, subtypes honoured, the System Team over all. */
export function mayOn(directory: Directory, user: User, permission: string, teams: readonly AgentTeam[]): boolean {
  return directory.teams.some((team) =>
    team.members
      .filter(
        (member) => member.user === user.id || (member.group !== undefined && user.groups?.includes(member.group)),
      )
      .some((member) => {
        const role = directory.roles.find((candidate) => candidate.id === member.role);
        const granted = (role?.actions ?? []).filter((action) => action.name === permission);
        if (team.id === SYSTEM_TEAM) {
          return granted.some(
            (action) => !action.resourceRole || teams.some((entry) => entry.resourceRoleId === action.resourceRole?.id),
          );
        }
        return teams.some(
          (entry) =>
            entry.teamId === team.id && granted.some((action) => action.resourceRole?.id === entry.resourceRoleId),
        );
      }),
  );
}
