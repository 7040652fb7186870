import { afterEach, describe, expect, test } from "vitest";
import { BOT, DEFAULT_CHANNELS, SLACKBOT, TEAM } from "../../playground/slack/workspace.ts";
import { actions, button } from "../support/block-kit.ts";
import { call, connect, start, stopAll } from "../support/standin.ts";
import { until } from "../support/time.ts";

afterEach(stopAll);

const CHANNELS = [
  ...DEFAULT_CHANNELS,
  { id: "G0OURS", name: "ours", bot: true, is_private: true, members: ["U0ALICE"] },
  { id: "G0THEIRS", name: "theirs", bot: false, is_private: true },
];

const world = () => start({ channels: CHANNELS });

describe("a place where the app is not", () => {
  const said = { text: "t", user: "U0ALICE", ts: "1.000001" };
  test.each([
    ["chat.postMessage", "C0RANDOM", "not_in_channel"],
    ["chat.postEphemeral", "C0RANDOM", "not_in_channel"],
    ["conversations.history", "C0RANDOM", "not_in_channel"],
    ["conversations.info", "C0RANDOM", undefined],
    ["chat.postMessage", "G0THEIRS", "channel_not_found"],
    ["chat.postEphemeral", "G0THEIRS", "channel_not_found"],
    ["chat.update", "G0THEIRS", "channel_not_found"],
    ["chat.delete", "G0THEIRS", "channel_not_found"],
    ["conversations.info", "G0THEIRS", "channel_not_found"],
    ["conversations.members", "G0THEIRS", "channel_not_found"],
    ["conversations.history", "G0THEIRS", "channel_not_found"],
    ["conversations.replies", "G0THEIRS", "channel_not_found"],
    ["conversations.info", "G0OURS", undefined],
    ["chat.postMessage", "C0NONE", "channel_not_found"],
  ])("%s in %s: %s", async (method, channel, error) => {
    expect((await call(await world(), method, { channel, ...said })).json.error).toBe(error);
  });

  test("a mention there does not reach the app", async () => {
    const slack = await world();
    const frames = await connect(slack, true);
    slack.acts.type("U0ALICE", "C0RANDOM", "@drydock status");
    slack.acts.type("U0ALICE", "C0ONCALL", "@drydock status");
    await until("the other one", () => slack.sockets.latencies.length === 1);
    const events = frames.flatMap(
      ({ payload }) => (payload as { event?: { channel: string } } | undefined)?.event ?? [],
    );
    expect(events.map(({ channel }) => channel)).toEqual(["C0ONCALL"]);
  });
});

describe("what one person alone sees", () => {
  test("is shown in a thread only once the thread has a reply that all see, and answered with ok before", async () => {
    const slack = await world();
    const { ts } = slack.workspace.add({ channel: "C0ONCALL", user: BOT, text: "card", blocks: [] });
    const at = { channel: "C0ONCALL", user: "U0ALICE", thread_ts: ts };
    const whisper = (text: string) => call(slack, "chat.postEphemeral", { ...at, text });
    expect((await whisper("early")).json).toMatchObject({ ok: true });
    slack.workspace.add({ channel: "C0ONCALL", user: "U0BOB", text: "a reply", blocks: [], thread: ts });
    expect((await whisper("late")).json).toMatchObject({ ok: true });
    expect(slack.workspace.messages.map(({ text }) => text)).toEqual(["card", "a reply", "late"]);
  });

  test("goes only to people of the channel, and is in no history", async () => {
    const slack = await world();
    const whisper = (user: string) =>
      call(slack, "chat.postEphemeral", { channel: "G0OURS", user, text: "for you alone" });
    expect((await whisper("U0BOB")).json.error).toBe("user_not_in_channel");
    const { message_ts } = (await whisper("U0ALICE")).json;
    const history = (await call(slack, "conversations.history", { channel: "G0OURS" })).json;
    expect(history.messages).toEqual([]);
    const edit = { channel: "G0OURS", ts: message_ts, text: "new" };
    expect((await call(slack, "chat.update", edit)).json.error).toBe("cant_update_message");
  });
});

describe("what changes while the app runs", () => {
  test("a message that was deleted cannot be edited, read or pressed", async () => {
    const slack = await world();
    const { workspace, acts } = slack;
    const blocks = actions(button({ text: { type: "plain_text", text: "Go" } }));
    const { ts } = (await call(slack, "chat.postMessage", { channel: "C0ONCALL", text: "t", blocks })).json;
    const message = workspace.messages.at(-1);
    const happened: string[] = [];
    workspace.on(({ kind }) => happened.push(kind));
    workspace.deleteMessage("C0ONCALL", String(ts));
    expect(happened).toEqual(["deleted"]);
    expect(() => workspace.deleteMessage("C0ONCALL", String(ts))).toThrow(`There is no message ${ts} in C0ONCALL.`);
    expect(() => message && acts.press("U0ALICE", message, "Go")).toThrow("The message was deleted.");
    const edited = await call(slack, "chat.update", { channel: "C0ONCALL", ts, text: "new" });
    expect(edited.json.error).toBe("message_not_found");
    expect((await call(slack, "conversations.history", { channel: "C0ONCALL" })).json.messages).toEqual([]);
  });

  test("an app deletes its own messages, and no others", async () => {
    const slack = await world();
    const { ts } = (await call(slack, "chat.postMessage", { channel: "C0ONCALL", text: "t" })).json;
    slack.acts.type("U0ALICE", "C0ONCALL", "hello");
    const remove = async (which: unknown) =>
      (await call(slack, "chat.delete", { channel: "C0ONCALL", ts: which })).json.error;
    expect(await remove(slack.workspace.messages.at(-1)?.ts)).toBe("cant_delete_message");
    expect([await remove(ts), await remove(ts)]).toEqual([undefined, "message_not_found"]);
  });

  test("a channel that was archived takes nothing until it is unarchived", async () => {
    const slack = await world();
    const { workspace, acts } = slack;
    const at = { channel: "C0ONCALL", user: "U0ALICE", text: "t" };
    const { ts } = (await call(slack, "chat.postMessage", at)).json;
    workspace.archive("C0ONCALL");
    expect(workspace.messages.at(-1)).toMatchObject({ user: SLACKBOT, text: "This channel was archived." });
    expect((await call(slack, "chat.postMessage", at)).json.error).toBe("is_archived");
    expect((await call(slack, "chat.postEphemeral", at)).json.error).toBe("is_archived");
    expect((await call(slack, "chat.update", { ...at, ts })).json.error).toBe("is_inactive");
    expect((await call(slack, "conversations.info", at)).json).toMatchObject({ channel: { is_archived: true } });
    expect(() => acts.type("U0ALICE", "C0ONCALL", "hello")).toThrow("This channel is archived");
    workspace.unarchive("C0ONCALL");
    expect((await call(slack, "chat.update", { ...at, ts })).json.ok).toBe(true);
    expect(() => workspace.archive("C0NONE")).toThrow("There is no channel C0NONE.");
    expect(DEFAULT_CHANNELS.some(({ archived }) => archived)).toBe(false);
  });

  test("both over HTTP too", async () => {
    const slack = await world();
    const order = async (path: string, body: object) =>
      (await fetch(`${slack.url}/_standin/${path}`, { method: "POST", body: JSON.stringify(body) })).status;
    const { ts } = slack.workspace.add({ channel: "C0OPS", user: BOT, text: "t", blocks: [] });
    expect(await order("delete", { channel: "C0OPS", ts })).toBe(200);
    expect(await order("delete", { channel: "C0OPS", ts })).toBe(400);
    expect(await order("archive", { channel: "C0OPS" })).toBe(200);
    expect(slack.workspace.channel("C0OPS")?.archived).toBe(true);
    expect(await order("archive", { channel: "C0OPS", archived: false })).toBe(200);
    expect(slack.workspace.channel("C0OPS")?.archived).toBe(false);
  });

  test("history is read by time, a thread by its first message", async () => {
    const slack = await world();
    const post = async (more: object) =>
      (await call(slack, "chat.postMessage", { channel: "C0ONCALL", text: "t", ...more })).json.ts as string;
    const first = await post({});
    const reply = await post({ thread_ts: first });
    const last = await post({});
    const read = async (method: string, more: object) =>
      ((await call(slack, method, { channel: "C0ONCALL", ...more })).json.messages as { ts: string }[]).map(
        ({ ts }) => ts,
      );
    expect(await read("conversations.history", {})).toEqual([last, first]);
    expect(await read("conversations.history", { oldest: first })).toEqual([last]);
    expect(await read("conversations.history", { oldest: first, inclusive: true })).toEqual([last, first]);
    expect(await read("conversations.history", { latest: last })).toEqual([first]);
    expect(await read("conversations.replies", { ts: first })).toEqual([first, reply]);
    const none = await call(slack, "conversations.replies", { channel: "C0ONCALL", ts: "1.000001" });
    expect(none.json.error).toBe("thread_not_found");
  });
});

describe("who does something", () => {
  async function pressedBy(person: string) {
    const slack = await world();
    const frames = await connect(slack, true);
    const blocks = actions(button({ text: { type: "plain_text", text: "Go" } }));
    const message = slack.workspace.add({ channel: "C0ONCALL", user: BOT, text: "t", blocks });
    slack.acts.press(person, message, "Go");
    slack.acts.type(person, "C0ONCALL", "/agents status");
    slack.acts.type(person, "C0ONCALL", "@drydock status");
    await until("three envelopes", () => slack.sockets.latencies.length === 3);
    const payloads = Object.fromEntries(frames.map(({ type, payload }) => [type, payload]));
    return payloads as Record<string, Record<string, unknown>>;
  }

  test("people of another workspace come with its id", async () => {
    const { interactive, slash_commands, events_api } = await pressedBy("U0STRANGE");
    expect(interactive).toMatchObject({ user: { id: "U0STRANGE", team_id: "T0OTHER" }, team: { id: TEAM } });
    expect(slash_commands).toMatchObject({ user_id: "U0STRANGE", team_id: "T0OTHER" });
    expect(events_api).toMatchObject({ team_id: TEAM, event: { user: "U0STRANGE", user_team: "T0OTHER" } });
  });

  test("guests can press and type like everybody", async () => {
    const { interactive, slash_commands } = await pressedBy("U0GUEST");
    expect(interactive).toMatchObject({ user: { id: "U0GUEST", team_id: TEAM } });
    expect(slash_commands).toMatchObject({ user_id: "U0GUEST", team_id: TEAM });
  });

  test("somebody who was deactivated does nothing", async () => {
    const slack = await world();
    const message = slack.workspace.add({ channel: "C0ONCALL", user: BOT, text: "t", blocks: [] });
    const sentence = "gone is deactivated and can do nothing in this workspace.";
    expect(() => slack.acts.type("U0GONE", "C0ONCALL", "hello")).toThrow(sentence);
    expect(() => slack.acts.press("U0GONE", message, "Go")).toThrow(sentence);
    expect(() => slack.acts.openHome("U0GONE")).toThrow(sentence);
  });
});

describe("direct messages", () => {
  test("what is posted to a person's id goes to them alone, and is edited where it went", async () => {
    const slack = await world();
    const { channel, ts } = (await call(slack, "chat.postMessage", { channel: "U0ALICE", text: "for you" })).json;
    expect((await call(slack, "conversations.open", { users: "U0ALICE" })).json).toMatchObject({
      ok: true,
      already_open: true,
      channel: { id: channel },
    });
    expect((await call(slack, "chat.update", { channel, ts, text: "new" })).json.ok).toBe(true);
    expect((await call(slack, "conversations.members", { channel })).json.members).toEqual(["U0ALICE", BOT]);
    expect((await call(slack, "conversations.info", { channel })).json.channel).toMatchObject({ is_im: true });
  });

  test.each([
    ["U0ROBOT", "cannot_dm_bot"],
    ["U0GONE", "user_disabled"],
    ["U0NONE", "user_not_found"],
    ["", "users_list_not_supplied"],
  ])("with %j there are none: %s", async (users, error) => {
    expect((await call(await world(), "conversations.open", { users })).json.error).toBe(error);
  });

  test("reading and opening them wants scopes of their own; posting does not", async () => {
    const slack = await start({ app: { scopes: ["chat:write", "channels:history", "groups:history"] } });
    const { channel } = (await call(slack, "chat.postMessage", { channel: "U0ALICE", text: "t" })).json;
    const refused = [
      await call(slack, "conversations.history", { channel }),
      await call(slack, "conversations.open", { users: "U0ALICE" }),
    ];
    expect(refused.map(({ json }) => json.needed)).toEqual(["im:history", "im:write"]);
  });

  test("an app whose messages tab is off cannot write to people", async () => {
    const slack = await start({ app: { messages: false } });
    const posted = await call(slack, "chat.postMessage", { channel: "U0ALICE", text: "t" });
    expect(posted.json.error).toBe("messages_tab_disabled");
  });
});

test("a message has a link, and a reply one that says in which thread it is", async () => {
  const slack = await world();
  const link = async (message_ts: unknown) =>
    (await call(slack, "chat.getPermalink", { channel: "C0ONCALL", message_ts })).json;
  const { ts } = (await call(slack, "chat.postMessage", { channel: "C0ONCALL", text: "card" })).json;
  const reply = (await call(slack, "chat.postMessage", { channel: "C0ONCALL", text: "r", thread_ts: ts })).json;
  expect((await link(ts)).permalink).toBe(`https://dock.example/archives/C0ONCALL/p${String(ts).replace(".", "")}`);
  expect((await link(reply.ts)).permalink).toContain(`?thread_ts=${ts}&cid=C0ONCALL`);
  expect((await link("1.000001")).error).toBe("message_not_found");
});
