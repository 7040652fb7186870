import { afterEach, expect, test } from "vitest";
import { call, connect, start, stopAll } from "../support/standin.ts";
import { until } from "../support/time.ts";

afterEach(stopAll);

async function ask(slack: Awaited<ReturnType<typeof start>>, method: string, args: Record<string, unknown>) {
  return (await call(slack, method, args)).json;
}

test("a post that is too long is cut and warned about, an edit that is too long is refused", async () => {
  const slack = await start();
  const post = async (text: string, channel: string) => ask(slack, "chat.postMessage", { channel, text });
  const whole = await post("x".repeat(40_000), "C0ONCALL");
  expect(whole).toMatchObject({ ok: true });
  expect(whole).not.toHaveProperty("warning");
  expect(await post("y".repeat(40_001), "C0ONCALL")).toMatchObject({
    ok: true,
    warning: "message_truncated",
    message: { text: "y".repeat(40_000) },
  });
  const edit = async (text: string) => ask(slack, "chat.update", { channel: "C0ONCALL", ts: whole.ts, text });
  expect(await edit("x".repeat(4_001))).toEqual({ ok: false, error: "msg_too_long" });
  expect(await edit("x".repeat(4_000))).toMatchObject({ ok: true });
});

test("a private message reaches only those who are in the channel", async () => {
  const slack = await start({ channels: [{ id: "C0FEW", name: "few", bot: true, members: ["U0BOB"] }] });
  const whisper = async (user: string) => ask(slack, "chat.postEphemeral", { channel: "C0FEW", user, text: "t" });
  expect(await whisper("U0ALICE")).toEqual({ ok: false, error: "user_not_in_channel" });
  expect(await whisper("U0BOB")).toMatchObject({ ok: true });
});

test("the app is one of a channel's members, and a bot", async () => {
  const slack = await start({
    channels: [
      { id: "C0IN", name: "in", bot: true, members: ["U0BOB"] },
      { id: "C0OUT", name: "out", bot: false, members: ["U0BOB"] },
    ],
  });
  const members = async (channel: string) => (await ask(slack, "conversations.members", { channel })).members;
  expect([await members("C0IN"), await members("C0OUT")]).toEqual([["U0BOB", "U0DRYDOCK"], ["U0BOB"]]);
  expect(await ask(slack, "users.info", { user: "U0DRYDOCK" })).toMatchObject({ user: { is_bot: true } });
});

test("what was said can be read only in channels that the app is in, and only in threads that there are", async () => {
  const slack = await start();
  const read = (channel: string) => ask(slack, "conversations.history", { channel });
  expect(await read("C0RANDOM")).toEqual({ ok: false, error: "not_in_channel" });
  const { ts } = await ask(slack, "chat.postMessage", { channel: "C0ONCALL", text: "card" });
  const replies = (of: unknown) => ask(slack, "conversations.replies", { channel: "C0ONCALL", ts: of });
  expect(await replies("1.000002")).toEqual({ ok: false, error: "thread_not_found" });
  expect((await replies(ts)).messages).toMatchObject([{ ts }]);
  expect((await read("C0ONCALL")).messages).not.toMatchObject([{ thread_ts: ts }]);
  await ask(slack, "chat.postMessage", { channel: "C0ONCALL", text: "reply", thread_ts: ts });
  expect((await read("C0ONCALL")).messages).toMatchObject([{ ts, thread_ts: ts, reply_count: 1 }]);
});

test("an edit keeps a message's metadata, or gives it others", async () => {
  const slack = await start();
  const metadata = (key: string) => ({ event_type: "e", event_payload: { key } });
  const { ts } = await ask(slack, "chat.postMessage", { channel: "C0ONCALL", text: "t", metadata: metadata("a") });
  const after = async (more: object) => {
    await ask(slack, "chat.update", { channel: "C0ONCALL", ts, text: "t", ...more });
    return (await ask(slack, "conversations.history", { channel: "C0ONCALL", include_all_metadata: true })).messages;
  };
  expect(await after({})).toMatchObject([{ metadata: metadata("a") }]);
  expect(await after({ metadata: metadata("b") })).toMatchObject([{ metadata: metadata("b") }]);
});

test("an upload wants a name and a length", async () => {
  const slack = await start();
  for (const args of [{ filename: "a.csv" }, { length: 3 }])
    expect(await ask(slack, "files.getUploadURLExternal", args)).toEqual({ ok: false, error: "invalid_arguments" });
  expect(await ask(slack, "files.getUploadURLExternal", { filename: "a.csv", length: 3 })).toMatchObject({ ok: true });
});

test("an answer replaces the message that was pressed; after a slash command there is none to replace", async () => {
  const slack = await start();
  const frames = await connect(slack, true);
  const answer = async (index: number, text: string) => {
    const frame = await until("an envelope", () => frames.filter(({ envelope_id }) => envelope_id)[index]);
    const { response_url: url } = frame.payload as { response_url: string };
    const body = JSON.stringify({ text, response_type: "ephemeral", replace_original: true });
    await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  };
  slack.acts.slash("U0ALICE", "C0ONCALL", "status");
  await answer(0, "first");
  await answer(0, "second");
  const texts = () => slack.workspace.messages.map(({ text }) => text);
  expect(texts()).toEqual(["first", "second"]);
  const [, second] = slack.workspace.messages;
  if (second) slack.acts.act("U0ALICE", second, { action_id: "a", value: "v" });
  await answer(1, "third");
  expect(texts()).toEqual(["first", "third"]);
});
