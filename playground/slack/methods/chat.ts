import { withBlockIds } from "../block-ids.ts";
import { shapeOf } from "../checks.ts";
import { problemsOf } from "../limits.ts";
import { visibleLength } from "../visible-length.ts";
import { type Block, BOT, type SlackChannel } from "../workspace.ts";
import { type ApiAnswer, type Arguments, channelFor, type Method, refuse, type World } from "./answer.ts";
import { repliesTo, toApi } from "./message.ts";

/** Characters of `text`: where a post is cut, and where an edit is refused. Source: docs/slack-limits.md, "Text". */
const POST = 40_000;
const EDIT = 4_000;
/** Characters that people see in all blocks together. Slack documents none; bolt-js has a report of 11,341 that were refused. */
const VISIBLE = 11_000;
const CUT = { warning: "message_truncated", response_metadata: { warnings: ["message_truncated"] } };

export const chat: Readonly<Record<string, Method>> = {
  "chat.postMessage": (world, args) => post(world, args, undefined),
  "chat.postEphemeral": (world, args) => post(world, args, String(args.user)),
  "chat.update": update,
  "chat.delete": remove,
  "chat.getPermalink": getPermalink,
};

const WORKSPACE_URL = "https://dock.example";

function post(world: World, args: Arguments, only: string | undefined): ApiAnswer {
  const { workspace } = world;
  const channel = only === undefined ? postedTo(world, args.channel) : channelFor(world, args.channel);
  if (!channel) return refuse("channel_not_found");
  if (channel.im !== undefined && world.messagesTab === false) return refuse("messages_tab_disabled");
  if (channel.archived) return refuse("is_archived");
  if (!channel.bot) return refuse("not_in_channel");
  if (only !== undefined && !workspace.membersOf(channel).includes(only)) return refuse("user_not_in_channel");
  const text = String(args.text ?? "");
  const refused = refuseContent(args, only === undefined ? Number.POSITIVE_INFINITY : POST);
  if (refused) return refused;
  // Source: docs.slack.dev/reference/methods/chat.postEphemeral: it is only shown in a thread that is active already.
  if (
    only !== undefined &&
    args.thread_ts !== undefined &&
    repliesTo(workspace, channel.id, args.thread_ts).length === 0
  )
    return { ok: true, message_ts: workspace.ts() };
  const message = workspace.add({
    channel: channel.id,
    user: BOT,
    text: text.slice(0, POST),
    blocks: withBlockIds(blocksOf(args)),
    thread: typeof args.thread_ts === "string" ? args.thread_ts : undefined,
    only,
    metadata: args.metadata,
  });
  return only
    ? { ok: true, message_ts: message.ts }
    : {
        ok: true,
        channel: channel.id,
        ts: message.ts,
        message: toApi(workspace, message, true),
        ...(text.length > POST ? CUT : {}),
      };
}

function update(world: World, args: Arguments): ApiAnswer {
  const { workspace } = world;
  const channel = channelFor(world, args.channel);
  if (!channel) return refuse("channel_not_found");
  const message = workspace.find(channel.id, String(args.ts));
  if (!message) return refuse("message_not_found");
  if (channel.archived) return refuse("is_inactive");
  if (message.user !== BOT || message.only) return refuse("cant_update_message");
  const refused = refuseContent(args, EDIT);
  if (refused) return refused;
  // Blocks stay only where no text came without them.
  if (args.blocks !== undefined || args.text !== undefined) message.blocks = withBlockIds(blocksOf(args));
  message.text = String(args.text ?? message.text);
  if (args.metadata !== undefined) message.metadata = args.metadata;
  message.edits += 1;
  workspace.tell({ kind: "edited", message });
  return { ok: true, channel: message.channel, ts: message.ts, text: message.text };
}

/** A channel, or a person's direct messages where it is a person's id. */
function postedTo(world: World, id: unknown): SlackChannel | undefined {
  const person = world.workspace.person(id);
  if (!person) return channelFor(world, id);
  return person.is_bot || person.deleted ? undefined : world.workspace.directMessages(person.id);
}

/** A link to a message; that of a reply says in which thread it is. */
function getPermalink(world: World, args: Arguments): ApiAnswer {
  const channel = channelFor(world, args.channel);
  if (!channel) return refuse("channel_not_found");
  const message = world.workspace.find(channel.id, String(args.message_ts));
  if (!message || message.only) return refuse("message_not_found");
  const thread = message.thread === undefined ? "" : `?thread_ts=${message.thread}&cid=${channel.id}`;
  const permalink = `${WORKSPACE_URL}/archives/${channel.id}/p${message.ts.replace(".", "")}${thread}`;
  return { ok: true, channel: channel.id, permalink };
}

function remove(world: World, args: Arguments): ApiAnswer {
  const channel = channelFor(world, args.channel);
  if (!channel) return refuse("channel_not_found");
  const message = world.workspace.find(channel.id, String(args.ts));
  if (!message || message.only) return refuse("message_not_found");
  if (message.user !== BOT) return refuse("cant_delete_message");
  world.workspace.deleteMessage(channel.id, message.ts);
  return { ok: true, channel: channel.id, ts: message.ts };
}

/** Slack's refusal of what a message says; undefined where it takes it. */
export function refuseContent(args: Arguments, longest = POST): ApiAnswer | undefined {
  const blocks = blocksOf(args);
  const problems = problemsOf(blocks);
  if (problems.length > 0) return refuse("invalid_blocks", problems);
  if (visibleLength(blocks) > VISIBLE) return refuse("msg_blocks_too_long");
  const text = String(args.text ?? "");
  if (text.length > longest) return refuse("msg_too_long");
  if (text === "" && blocks.length === 0) return refuse("no_text");
  return isMetadata(args.metadata) ? undefined : refuse("invalid_metadata_format");
}

/** An event's type and payload; an edit takes metadata away with an empty object. */
function isMetadata(metadata: unknown): boolean {
  if (metadata === undefined) return true;
  const { event_type, event_payload } = shapeOf(metadata);
  const isEmpty = Object.keys(shapeOf(metadata)).length === 0;
  return isEmpty || (typeof event_type === "string" && typeof event_payload === "object" && event_payload !== null);
}

export function blocksOf(args: Arguments): readonly Block[] {
  return Array.isArray(args.blocks) ? (args.blocks as readonly Block[]) : [];
}
