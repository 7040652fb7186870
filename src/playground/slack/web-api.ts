import { problemsOf, viewProblemsOf } from "./limits.ts";
import {
  type Block,
  BOT,
  BOT_NAME,
  type SlackChannel,
  type SlackFile,
  type SlackMessage,
  type SlackPerson,
  TEAM,
  type Workspace,
} from "./workspace.ts";

type Arguments = Readonly<Record<string, unknown>>;
export type ApiAnswer = Readonly<Record<string, unknown>> & { readonly ok: boolean };

/** The bot scopes of each method, from Slack's reference of the method; a private channel wants those of groups. */
const SCOPES: Readonly<Record<string, (isPrivate: boolean) => readonly string[]>> = {
  "users.info": () => ["users:read"],
  "users.list": () => ["users:read"],
  "chat.postMessage": () => ["chat:write"],
  "chat.postEphemeral": () => ["chat:write"],
  "chat.update": () => ["chat:write"],
  "conversations.info": (isPrivate) => [isPrivate ? "groups:read" : "channels:read"],
  "conversations.members": (isPrivate) => [isPrivate ? "groups:read" : "channels:read"],
  "conversations.history": (isPrivate) => [isPrivate ? "groups:history" : "channels:history"],
  "conversations.replies": (isPrivate) => [isPrivate ? "groups:history" : "channels:history"],
  "usergroups.list": () => ["usergroups:read"],
  "usergroups.users.list": () => ["usergroups:read"],
  "files.getUploadURLExternal": () => ["files:write"],
  "files.completeUploadExternal": () => ["files:write"],
};

/** Slack's refusal where the app was not given a scope that the call wants; undefined where it was. */
export function refuseScope(
  workspace: Workspace,
  method: string,
  args: Arguments,
  granted: ReadonlySet<string>,
): ApiAnswer | undefined {
  const isPrivate = workspace.channels.some((channel) => channel.id === args.channel && channel.is_private);
  const needed = SCOPES[method]?.(isPrivate).find((scope) => !granted.has(scope));
  return needed ? { ...refuse("missing_scope"), needed, provided: [...granted].join(",") } : undefined;
}

/** The Web API methods, answering as Slack documents them. Undefined = there is no such method here. */
export function callMethod(workspace: Workspace, method: string, args: Arguments): ApiAnswer | undefined {
  const call = METHODS[method];
  return call?.(workspace, args);
}

/** How long the text of a post may be before it is cut, and that of an edit before it is refused. Source: Slack's documentation of truncation and of chat.update. */
const MOST_TEXT = 40_000;
const MOST_EDITED_TEXT = 4_000;
const TRUNCATED = { warning: "message_truncated", response_metadata: { warnings: ["message_truncated"] } };

/** The app as a user of the workspace. */
const SELF: SlackPerson = { id: BOT, name: BOT_NAME, is_bot: true };

const METHODS: Readonly<Record<string, (workspace: Workspace, args: Arguments) => ApiAnswer>> = {
  "auth.test": () => ({
    ok: true,
    url: "https://dock.example/",
    team: "dock",
    team_id: TEAM,
    user: "drydock",
    user_id: BOT,
    bot_id: "B0DRYDOCK",
  }),
  "users.info": usersInfo,
  "users.list": usersList,
  "conversations.info": conversationsInfo,
  "conversations.members": conversationsMembers,
  "files.getUploadURLExternal": getUploadUrl,
  "files.completeUploadExternal": completeUpload,
  "chat.postMessage": (workspace, args) => post(workspace, args, undefined),
  "chat.postEphemeral": (workspace, args) => post(workspace, args, String(args.user)),
  "chat.update": update,
  "views.open": openView,
  "views.update": updateView,
  "views.publish": publishHome,
  "usergroups.list": (workspace) => ({
    ok: true,
    usergroups: workspace.usergroups.map(({ users, ...group }) => ({ ...group, user_count: users.length })),
  }),
  "usergroups.users.list": (workspace, args) => {
    const group = workspace.usergroups.find(({ id }) => id === args.usergroup);
    return group ? { ok: true, users: group.users } : refuse("no_such_subteam");
  },
  "conversations.history": (workspace, args) => history(workspace, args, undefined),
  "conversations.replies": (workspace, args) => history(workspace, args, String(args.ts)),
};

function usersInfo(workspace: Workspace, args: Arguments): ApiAnswer {
  const person = [...workspace.people, SELF].find((candidate) => candidate.id === args.user);
  return person ? { ok: true, user: toUser(person) } : refuse("user_not_found");
}

function toUser(person: SlackPerson) {
  const { email, team_id, ...rest } = person;
  return {
    team_id: team_id ?? TEAM,
    deleted: false,
    is_bot: false,
    is_restricted: false,
    is_ultra_restricted: false,
    ...rest,
    profile: { real_name: person.name, ...(email ? { email } : {}) },
  };
}

function usersList(workspace: Workspace, args: Arguments): ApiAnswer {
  const { items, next } = pageOf([...workspace.people, SELF], args);
  return { ok: true, members: items.map(toUser), response_metadata: { next_cursor: next } };
}

function conversationsInfo(workspace: Workspace, args: Arguments): ApiAnswer {
  const channel = workspace.channels.find((candidate) => candidate.id === args.channel);
  if (!channel) return refuse("channel_not_found");
  const shared = channel.is_ext_shared === true;
  return {
    ok: true,
    channel: {
      id: channel.id,
      name: channel.name,
      is_channel: true,
      is_archived: channel.archived === true,
      is_member: channel.bot,
      is_shared: shared,
      is_ext_shared: shared,
      is_org_shared: false,
      is_pending_ext_shared: false,
    },
  };
}

function conversationsMembers(workspace: Workspace, args: Arguments): ApiAnswer {
  const channel = workspace.channels.find((candidate) => candidate.id === args.channel);
  if (!channel) return refuse("channel_not_found");
  const { items, next } = pageOf(membersOf(workspace, channel), args);
  return { ok: true, members: items, response_metadata: { next_cursor: next } };
}

/** Ids of those who are in a channel, the app's own among them. */
function membersOf(workspace: Workspace, channel: SlackChannel): readonly string[] {
  const everybody = workspace.people.filter(
    (person) => !person.is_restricted && !person.is_stranger && !person.deleted,
  );
  return [...(channel.members ?? everybody.map(({ id }) => id)), ...(channel.bot ? [BOT] : [])];
}

function pageOf<T>(all: readonly T[], args: Arguments): { readonly items: readonly T[]; readonly next: string } {
  const limit = Math.min(1000, Number(args.limit ?? 100));
  const offset = Number(args.cursor || 0);
  return { items: all.slice(offset, offset + limit), next: offset + limit < all.length ? String(offset + limit) : "" };
}

/** The first of the two steps of an upload; the content goes to the URL in between. */
function getUploadUrl(workspace: Workspace, args: Arguments): ApiAnswer {
  const length = Number(args.length);
  if (!args.filename || !Number.isInteger(length) || length < 0) return refuse("invalid_arguments");
  const id = `F${workspace.ts().replace(".", "")}`;
  workspace.uploads.set(id, { name: String(args.filename ?? ""), content: "" });
  return { ok: true, upload_url: `${workspace.uploadUrl}/${id}`, file_id: id };
}

function completeUpload(workspace: Workspace, args: Arguments): ApiAnswer {
  const channel = workspace.channels.find((candidate) => candidate.id === args.channel_id);
  if (!channel) return refuse("channel_not_found");
  if (!channel.bot) return refuse("not_in_channel");
  const listed = Array.isArray(args.files) ? (args.files as readonly { id?: string; title?: string }[]) : [];
  const files = listed.flatMap(({ id = "", title }): SlackFile[] => {
    const upload = workspace.uploads.get(id);
    workspace.uploads.delete(id);
    return upload ? [{ id, name: upload.name, title: title ?? upload.name, content: upload.content }] : [];
  });
  if (files.length === 0) return refuse("file_not_found");
  workspace.add({
    channel: channel.id,
    user: BOT,
    text: "",
    blocks: [],
    thread: typeof args.thread_ts === "string" ? args.thread_ts : undefined,
    files,
  });
  return { ok: true, files: files.map(({ id, title }) => ({ id, title })) };
}

function post(workspace: Workspace, args: Arguments, only: string | undefined): ApiAnswer {
  const channel = workspace.channels.find((candidate) => candidate.id === args.channel);
  if (!channel) return refuse("channel_not_found");
  if (channel.archived) return refuse("is_archived");
  if (!channel.bot) return refuse("not_in_channel");
  if (only !== undefined && !membersOf(workspace, channel).includes(only)) return refuse("user_not_in_channel");
  const refused = refuseContent(args);
  if (refused) return refused;
  const text = String(args.text ?? "");
  const message = workspace.add({
    channel: channel.id,
    user: BOT,
    text: text.slice(0, MOST_TEXT),
    blocks: blocksOf(args),
    thread: typeof args.thread_ts === "string" ? args.thread_ts : undefined,
    only,
    metadata: args.metadata,
  });
  const warning = text.length > MOST_TEXT ? TRUNCATED : {};
  return only
    ? { ok: true, message_ts: message.ts, ...warning }
    : { ok: true, channel: channel.id, ts: message.ts, message: toApi(workspace, message, true), ...warning };
}

function update(workspace: Workspace, args: Arguments): ApiAnswer {
  const message = workspace.find(String(args.channel), String(args.ts));
  if (!message) return refuse("message_not_found");
  if (message.user !== BOT || message.only) return refuse("cant_update_message");
  const refused = refuseContent(args);
  if (refused) return refused;
  if (String(args.text ?? "").length > MOST_EDITED_TEXT) return refuse("msg_too_long");
  message.text = String(args.text ?? "");
  message.blocks = blocksOf(args);
  if (args.metadata !== undefined) message.metadata = args.metadata;
  message.edits += 1;
  workspace.tell({ kind: "edited", message });
  return { ok: true, channel: message.channel, ts: message.ts, text: message.text };
}

/** A trigger_id opens one modal, within three seconds. */
function openView(workspace: Workspace, args: Arguments): ApiAnswer {
  const id = String(args.trigger_id);
  const trigger = workspace.triggers.get(id);
  if (!trigger) return refuse("invalid_trigger_id");
  if (trigger.used) return refuse("exchanged_trigger_id");
  if (trigger.until < Date.now()) return refuse("expired_trigger_id");
  trigger.used = true;
  const { person } = trigger;
  const view = viewOf(args);
  const problems = viewProblemsOf(view);
  if (problems.length > 0) return { ...refuse("invalid_arguments"), response_metadata: { messages: problems } };
  const viewId = `V${id}`;
  workspace.views.set(viewId, { id: viewId, person, view, errors: {} });
  workspace.tell({ kind: "view", person });
  return { ok: true, view: { id: viewId, ...view } };
}

function updateView(workspace: Workspace, args: Arguments): ApiAnswer {
  const shown = workspace.views.get(String(args.view_id));
  if (!shown) return refuse("not_found");
  const view = viewOf(args);
  const problems = viewProblemsOf(view);
  if (problems.length > 0) return { ...refuse("invalid_arguments"), response_metadata: { messages: problems } };
  shown.view = view;
  shown.errors = {};
  workspace.tell({ kind: "view", person: shown.person });
  return { ok: true, view: { id: shown.id, ...shown.view } };
}

/** Whether the app has a Home tab at all is judged by who calls this. */
function publishHome(workspace: Workspace, args: Arguments): ApiAnswer {
  const person = workspace.people.find((candidate) => candidate.id === args.user_id);
  if (!person) return refuse("user_not_found");
  const view = viewOf(args);
  const problems = viewProblemsOf(view, "home");
  if (problems.length > 0) return { ...refuse("invalid_arguments"), response_metadata: { messages: problems } };
  workspace.homes.set(person.id, view);
  workspace.tell({ kind: "view", person: person.id });
  return { ok: true, view: { id: `VHOME${person.id}`, ...view } };
}

function viewOf(args: Arguments): Readonly<Record<string, unknown>> {
  return typeof args.view === "object" && args.view !== null ? (args.view as Readonly<Record<string, unknown>>) : {};
}

function refuseContent(args: Arguments): ApiAnswer | undefined {
  const problems = problemsOf(blocksOf(args));
  if (problems.length > 0) return { ...refuse("invalid_blocks"), response_metadata: { messages: problems } };
  return String(args.text ?? "") === "" && blocksOf(args).length === 0 ? refuse("no_text") : undefined;
}

function history(workspace: Workspace, args: Arguments, thread: string | undefined): ApiAnswer {
  const channel = workspace.channels.find((candidate) => candidate.id === args.channel);
  if (!channel) return refuse("channel_not_found");
  // A user's token may read public channels that the user is not in; a bot's may not.
  if (!channel.bot) return refuse("not_in_channel");
  if (thread !== undefined && !workspace.find(channel.id, thread)) return refuse("thread_not_found");
  const oldest = Number(args.oldest ?? 0);
  const limit = Math.min(1000, Number(args.limit ?? 100));
  const offset = Number(args.cursor ?? 0);
  const all = workspace.messages.filter((message) => {
    if (message.channel !== args.channel || message.only || message.deleted || Number(message.ts) < oldest)
      return false;
    return thread === undefined ? message.thread === undefined : message.ts === thread || message.thread === thread;
  });
  const ordered = thread === undefined ? all.reverse() : all;
  const next = offset + limit < ordered.length ? String(offset + limit) : "";
  const withMetadata = args.include_all_metadata === true || args.include_all_metadata === "true";
  return {
    ok: true,
    messages: ordered.slice(offset, offset + limit).map((message) => toApi(workspace, message, withMetadata)),
    has_more: next !== "",
    response_metadata: { next_cursor: next },
  };
}

function toApi(workspace: Workspace, message: SlackMessage, withMetadata: boolean) {
  const replies = workspace.messages.filter(
    ({ channel, thread, only, deleted }) => channel === message.channel && thread === message.ts && !only && !deleted,
  );
  return {
    type: "message",
    user: message.user,
    ...(message.user === BOT ? { bot_id: "B0DRYDOCK" } : {}),
    ts: message.ts,
    text: message.text,
    blocks: message.blocks,
    ...(message.files.length > 0 ? { files: message.files.map(({ id, name, title }) => ({ id, name, title })) } : {}),
    ...(message.thread ? { thread_ts: message.thread } : {}),
    ...(replies.length > 0 ? { thread_ts: message.ts, reply_count: replies.length } : {}),
    ...(withMetadata && message.metadata ? { metadata: message.metadata } : {}),
  };
}

function blocksOf(args: Arguments): readonly Block[] {
  return Array.isArray(args.blocks) ? (args.blocks as readonly Block[]) : [];
}

export function refuse(error: string): ApiAnswer {
  return { ok: false, error };
}
