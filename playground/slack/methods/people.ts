import { BOT, BOT_NAME, type SlackPerson, TEAM, type Workspace } from "../workspace.ts";
import { isOn, type Method, pageOf, refuse, type World } from "./answer.ts";

export const people: Readonly<Record<string, Method>> = {
  "users.info": (world, args) => {
    const person = everybody(world.workspace).find(({ id }) => id === args.user);
    return person ? { ok: true, user: toUser(person, world) } : refuse("user_not_found");
  },
  "users.list": (world, args) => {
    const { items, next } = pageOf(everybody(world.workspace), args, [1000, 1000]);
    return {
      ok: true,
      members: items.map((person) => toUser(person, world)),
      response_metadata: { next_cursor: next },
    };
  },
  "usergroups.list": ({ workspace }, args) => ({
    ok: true,
    usergroups: workspace.usergroups.map(({ users, ...group }) => ({
      ...group,
      ...(isOn(args.include_count) ? { user_count: users.length } : {}),
      ...(isOn(args.include_users) ? { users } : {}),
    })),
  }),
  "usergroups.users.list": ({ workspace }, args) => {
    const group = workspace.usergroups.find(({ id }) => id === args.usergroup);
    return group ? { ok: true, users: group.users } : refuse("no_such_subteam");
  },
};

/** People, and the app itself as a user of the workspace. */
function everybody({ people: all }: Workspace): readonly SlackPerson[] {
  return [...all, { id: BOT, name: BOT_NAME, is_bot: true }];
}

/** An app without `users:read.email` gets no address, and no error either. */
function toUser(person: SlackPerson, { scopes }: World) {
  const { email, team_id, ...rest } = person;
  const tellsEmail = email !== undefined && (!scopes || scopes.has("users:read.email"));
  return {
    team_id: team_id ?? TEAM,
    deleted: false,
    is_bot: false,
    is_restricted: false,
    is_ultra_restricted: false,
    ...rest,
    profile: { real_name: person.name, ...(tellsEmail ? { email } : {}) },
  };
}
