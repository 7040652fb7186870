import { problemsOf } from "./block-kit.ts";
import { type Block, BOT, type SlackMessage, TEAM, type Workspace } from "./workspace.ts";

type Arguments = Readonly<Record<string, unknown>>;
export type ApiAnswer = Readonly<Record<string, unknown>> & { readonly ok: boolean };

/** The Web API methods, answering as Slack documents them. Undefined = there is no such method here. */
export function callMethod(workspace: Workspace, method: string, args: Arguments): ApiAnswer | undefined {
  const call = METHODS[method];
  return call?.(workspace, args);
}

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
  "chat.postMessage": (workspace, args) => post(workspace, args, undefined),
  "chat.postEphemeral": (workspace, args) => post(workspace, args, String(args.user)),
  "chat.update": update,
  "views.open": openView,
  "views.update": updateView,
  "conversations.history": (workspace, args) => history(workspace, args, undefined),
  "conversations.replies": (workspace, args) => history(workspace, args, String(args.ts)),
};

function usersInfo(workspace: Workspace, args: Arguments): ApiAnswer {
  const person = workspace.people.find((candidate) => candidate.id === args.user);
  if (!person) return refuse("user_not_found");
  const { email, team_id, ...rest } = person;
  return {
    ok: true,
    user: {
      team_id: team_id ?? TEAM,
      deleted: false,
      is_bot: false,
      is_restricted: false,
      is_ultra_restricted: false,
      ...rest,
      profile: { real_name: person.name, ...(email ? { email } : {}) },
    },
  };
}

function post(workspace: Workspace, args: Arguments, only: string | undefined): ApiAnswer {
  const channel = workspace.channels.find((candidate) => candidate.id === args.channel);
  if (!channel) return refuse("channel_not_found");
  if (channel.archived) return refuse("is_archived");
  if (!channel.bot) return refuse("not_in_channel");
  const refused = refuseContent(args);
  if (refused) return refused;
  const message = workspace.add({
    channel: channel.id,
    user: BOT,
    text: String(args.text ?? ""),
    blocks: blocksOf(args),
    thread: typeof args.thread_ts === "string" ? args.thread_ts : undefined,
    only,
    metadata: args.metadata,
  });
  return only
    ? { ok: true, message_ts: message.ts }
    : { ok: true, channel: channel.id, ts: message.ts, message: toApi(message, true) };
}

function update(workspace: Workspace, args: Arguments): ApiAnswer {
  const message = workspace.find(String(args.channel), String(args.ts));
  if (!message) return refuse("message_not_found");
  if (message.user !== BOT || message.only) return refuse("cant_update_message");
  const refused = refuseContent(args);
  if (refused) return refused;
  message.text = String(args.text ?? "");
  message.blocks = blocksOf(args);
  message.edits += 1;
  workspace.tell("edited", message);
  return { ok: true, channel: message.channel, ts: message.ts, text: message.text };
}

/** A trigger_id opens one modal. */
function openView(workspace: Workspace, args: Arguments): ApiAnswer {
  const trigger = String(args.trigger_id);
  const person = workspace.triggers.get(trigger);
  if (!person) return refuse("expired_trigger_id");
  workspace.triggers.delete(trigger);
  const id = `V${trigger}`;
  const view = viewOf(args);
  workspace.views.set(id, { id, person, view });
  return { ok: true, view: { id, ...view } };
}

function updateView(workspace: Workspace, args: Arguments): ApiAnswer {
  const shown = workspace.views.get(String(args.view_id));
  if (!shown) return refuse("not_found");
  shown.view = viewOf(args);
  return { ok: true, view: { id: shown.id, ...shown.view } };
}

function viewOf(args: Arguments): Readonly<Record<string, unknown>> {
  return typeof args.view === "object" && args.view !== null ? (args.view as Readonly<Record<string, unknown>>) : {};
}

function refuseContent(args: Arguments): ApiAnswer | undefined {
  const problems = problemsOf(blocksOf(args));
  if (problems.length > 0) return { ...refuse("invalid_blocks"), response_metadata: { messages: problems } };
  if (String(args.text ?? "").length > 40_000) return refuse("msg_too_long");
  return String(args.text ?? "") === "" && blocksOf(args).length === 0 ? refuse("no_text") : undefined;
}

function history(workspace: Workspace, args: Arguments, thread: string | undefined): ApiAnswer {
  if (!workspace.channels.some((channel) => channel.id === args.channel)) return refuse("channel_not_found");
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
    messages: ordered.slice(offset, offset + limit).map((message) => toApi(message, withMetadata)),
    has_more: next !== "",
    response_metadata: { next_cursor: next },
  };
}

function toApi(message: SlackMessage, withMetadata: boolean) {
  return {
    type: "message",
    user: message.user,
    ...(message.user === BOT ? { bot_id: "B0DRYDOCK" } : {}),
    ts: message.ts,
    text: message.text,
    blocks: message.blocks,
    ...(message.thread ? { thread_ts: message.thread } : {}),
    ...(withMetadata && message.metadata ? { metadata: message.metadata } : {}),
  };
}

function blocksOf(args: Arguments): readonly Block[] {
  return Array.isArray(args.blocks) ? (args.blocks as readonly Block[]) : [];
}

export function refuse(error: string): ApiAnswer {
  return { ok: false, error };
}
