import type { SlackMessage } from "../workspace.ts";
import { type ApiAnswer, type Arguments, channelFor, isOn, type Method, pageOf, refuse, type World } from "./answer.ts";
import { toApi } from "./message.ts";

export const conversations: Readonly<Record<string, Method>> = {
  "conversations.info": info,
  "conversations.open": open,
  "conversations.members": members,
  "conversations.history": history,
  "conversations.replies": replies,
};

function info(world: World, args: Arguments): ApiAnswer {
  const channel = channelFor(world, args.channel);
  if (!channel) return refuse("channel_not_found");
  const shared = channel.is_ext_shared === true;
  if (channel.im !== undefined) return { ok: true, channel: { id: channel.id, is_im: true, user: channel.im } };
  return {
    ok: true,
    channel: {
      id: channel.id,
      name: channel.name,
      is_channel: true,
      is_private: channel.is_private === true,
      is_archived: channel.archived === true,
      is_member: channel.bot,
      is_shared: shared,
      is_ext_shared: shared,
      is_org_shared: false,
      is_pending_ext_shared: false,
    },
  };
}

/** The direct messages with one person; with several there are none here. */
function open({ workspace }: World, args: Arguments): ApiAnswer {
  const [id = "", ...others] = String(args.users ?? "").split(",");
  if (id === "") return refuse("users_list_not_supplied");
  const person = workspace.person(id);
  if (!person || others.length > 0) return refuse("user_not_found");
  if (person.is_bot) return refuse("cannot_dm_bot");
  if (person.deleted) return refuse("user_disabled");
  const known = workspace.channels.some(({ im }) => im === id);
  const channel = { id: workspace.directMessages(id).id };
  return { ok: true, ...(known ? { no_op: true, already_open: true } : {}), channel };
}

function members(world: World, args: Arguments): ApiAnswer {
  const channel = channelFor(world, args.channel);
  if (!channel) return refuse("channel_not_found");
  const { items, next } = pageOf(world.workspace.membersOf(channel), args, [100, 1000]);
  return { ok: true, members: items, response_metadata: { next_cursor: next } };
}

/** The newest first, without replies. */
function history(world: World, args: Arguments): ApiAnswer {
  return read(world, args, [100, 999], (all) => all.filter((message) => message.thread === undefined).reverse());
}

/** A thread: its first message, then the replies in order. */
function replies(world: World, args: Arguments): ApiAnswer {
  const { ts } = args;
  const isOf = (message: SlackMessage) =>
    message.channel === args.channel && [message.ts, message.thread].includes(String(ts));
  if (channelFor(world, args.channel)?.bot && !world.workspace.messages.some(isOf)) return refuse("thread_not_found");
  return read(world, args, [1000, 1000], (all) => all.filter(isOf));
}

/** What is private to one person and what was deleted is in no history. */
function read(
  world: World,
  args: Arguments,
  sizes: readonly [number, number],
  choose: (messages: SlackMessage[]) => readonly SlackMessage[],
): ApiAnswer {
  const { workspace } = world;
  const channel = channelFor(world, args.channel);
  if (!channel) return refuse("channel_not_found");
  if (!channel.bot) return refuse("not_in_channel");
  const all = workspace.messages.filter(
    (message) =>
      message.channel === channel.id && !message.only && !message.deleted && isWithin(Number(message.ts), args),
  );
  const { items, next } = pageOf(choose(all), args, sizes);
  return {
    ok: true,
    messages: items.map((message) => toApi(workspace, message, isOn(args.include_all_metadata))),
    has_more: next !== "",
    response_metadata: { next_cursor: next },
  };
}

/** The bounds themselves are within only where they are asked for. */
function isWithin(at: number, { oldest, latest, inclusive }: Arguments): boolean {
  const from = Number(oldest ?? 0);
  const to = latest === undefined ? Number.POSITIVE_INFINITY : Number(latest);
  return (at > from && at < to) || (isOn(inclusive) && (at === from || at === to));
}
