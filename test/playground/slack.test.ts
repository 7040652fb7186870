import { afterEach, describe, expect, test } from "vitest";
import { call, connect, start, stopAll } from "../support/standin.ts";
import { until } from "../support/time.ts";

afterEach(stopAll);

const plain = (length: number) => ({ type: "plain_text", text: "x".repeat(length) });
describe("the stand-in workspace", () => {
  test.each([
    ["chat.postMessage", { channel: "C0NONE", text: "t" }, "channel_not_found"],
    ["chat.postMessage", { channel: "C0RANDOM", text: "t" }, "not_in_channel"],
    ["chat.postMessage", { channel: "C0ONCALL" }, "no_text"],
    ["chat.update", { channel: "C0ONCALL", ts: "1.2", text: "t" }, "message_not_found"],
    ["users.info", { user: "U0NONE" }, "user_not_found"],
    ["chat.nothing", {}, "unknown_method"],
  ])("answers %s %j with %s", async (method, args, error) => {
    expect((await call(await start(), method, args)).json).toEqual({ ok: false, error });
  });

  test("checks tokens", async () => {
    const slack = await start();
    expect((await call(slack, "auth.test", {}, "xoxb-wrong")).json).toEqual({ ok: false, error: "invalid_auth" });
    expect((await call(slack, "apps.connections.open", {}, slack.botToken)).json).toEqual({
      ok: false,
      error: "invalid_auth",
    });
  });

  test("takes no token of another workspace", async () => {
    const [mine, other] = [await start(), await start()];
    const invalid = { ok: false, error: "invalid_auth" };
    expect((await call(mine, "auth.test", {}, other.botToken)).json).toEqual(invalid);
    expect((await call(mine, "apps.connections.open", {}, other.appToken)).json).toEqual(invalid);
  });

  test("limits posts in a channel, and says how long to wait", async () => {
    const slack = await start();
    const post = () => call(slack, "chat.postMessage", { channel: "C0ONCALL", text: "t" });
    for (let i = 0; i < 5; i += 1) expect((await post()).json.ok).toBe(true);
    const limited = await post();
    expect([limited.status, limited.json.error, Number(limited.retryAfter) >= 1]).toEqual([429, "ratelimited", true]);
    expect((await call(slack, "chat.postMessage", { channel: "C0OPS", text: "t" })).json.ok).toBe(true);
  });

  test("gives metadata back to who asks for it", async () => {
    const slack = await start();
    const metadata = { event_type: "e", event_payload: { key: "k" } };
    await call(slack, "chat.postMessage", { channel: "C0ONCALL", text: "t", metadata });
    const history = async (more: object) =>
      ((await call(slack, "conversations.history", { channel: "C0ONCALL", ...more })).json.messages as object[])[0];
    expect(await history({ include_all_metadata: true })).toMatchObject({ metadata });
    expect(await history({})).not.toHaveProperty("metadata");
  });

  test("sends an envelope again that was not acknowledged, with the same id; never one that was", async () => {
    const deaf = await start();
    const frames = await connect(deaf, false);
    deaf.acts.slash("U0ALICE", "C0ONCALL", "status <now>");
    const again = await until("a redelivery", () => frames.find(({ retry_attempt }) => retry_attempt === 1));
    expect(again).toMatchObject({
      type: "slash_commands",
      retry_reason: "timeout",
      envelope_id: frames[1]?.envelope_id,
      payload: { text: "status &lt;now&gt;" },
    });
    const slack = await start();
    const fine = await connect(slack, true);
    slack.acts.slash("U0ALICE", "C0ONCALL", "status");
    await until("the command", () => fine.some(({ type }) => type === "slash_commands"));
    const before = frames.length;
    deaf.acts.slash("U0ALICE", "C0ONCALL", "status");
    await until("time enough for redeliveries", () =>
      frames.slice(before).some(({ retry_attempt }) => retry_attempt === 2),
    );
    expect(fine.filter(({ type }) => type === "slash_commands")).toHaveLength(1);
  });

  test("tells the person, and nobody else, that the app did not respond within 3 s", async () => {
    const slack = await start();
    await connect(slack, false);
    slack.acts.slash("U0ALICE", "C0ONCALL", "status");
    const notice = await until("the notice", () => slack.workspace.messages[0]);
    expect(notice).toMatchObject({ only: "U0ALICE", text: "/agents failed because the app did not respond." });
    const answering = await start();
    await connect(answering, true);
    answering.acts.slash("U0ALICE", "C0ONCALL", "status");
    await until("the acknowledgement", () => answering.sockets.latencies.length === 1);
    expect(answering.workspace.messages).toEqual([]);
  });

  test("takes a response_url five times", async () => {
    const slack = await start();
    const frames = await connect(slack, true);
    slack.acts.slash("U0ALICE", "C0ONCALL", "status");
    const frame = await until("the command", () => frames.find(({ type }) => type === "slash_commands"));
    const { response_url: url } = frame.payload as { response_url: string };
    const statuses: number[] = [];
    for (let i = 0; i < 6; i += 1) {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ text: `answer ${i}` }),
      });
      statuses.push(response.status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 404]);
    expect(slack.workspace.messages.map(({ only }) => only)).toEqual(Array.from({ length: 5 }, () => "U0ALICE"));
  });

  test("opens a modal for a trigger_id, once, and sends what was filled in", async () => {
    const slack = await start();
    const frames = await connect(slack, true);
    slack.acts.slash("U0ALICE", "C0ONCALL", "status");
    const frame = await until("the command", () => frames.find(({ type }) => type === "slash_commands"));
    const { trigger_id } = frame.payload as { trigger_id: string };
    const view = { type: "modal", callback_id: "c", title: plain(5), blocks: [] };
    const opened = await call(slack, "views.open", { trigger_id, view });
    const { id } = opened.json.view as { id: string };
    expect((await call(slack, "views.open", { trigger_id, view })).json).toEqual({
      ok: false,
      error: "exchanged_trigger_id",
    });
    expect((await call(slack, "views.update", { view_id: id, view: { ...view, callback_id: "d" } })).json.ok).toBe(
      true,
    );
    slack.acts.endView(id, "view_submission", { b: { a: { value: "typed" } } });
    const submitted = await until("the submission", () => frames.find(({ type }) => type === "interactive"));
    expect(submitted.payload).toMatchObject({
      type: "view_submission",
      user: { id: "U0ALICE" },
      view: { id, callback_id: "d", state: { values: { b: { a: { value: "typed" } } } } },
    });
  });

  test("fills Home tabs, where the manifest has one, and says when somebody opens it", async () => {
    const slack = await start({ app: { home: true, events: ["app_home_opened"] } });
    const frames = await connect(slack, true);
    const home = (blocks: object[]) =>
      call(slack, "views.publish", { user_id: "U0ALICE", view: { type: "home", blocks } });
    const divider = { type: "divider" };
    expect((await home(Array.from({ length: 100 }, () => divider))).json.ok).toBe(true);
    expect((await home(Array.from({ length: 101 }, () => divider))).json.error).toBe("invalid_arguments");
    slack.acts.openHome("U0ALICE");
    const { payload } = await until("the event", () => frames.find(({ type }) => type === "events_api"));
    expect(payload).toMatchObject({ event: { type: "app_home_opened", user: "U0ALICE", tab: "home" } });
    const none = await start({ app: { home: false } });
    const view = { type: "home", blocks: [divider] };
    expect((await call(none, "views.publish", { user_id: "U0ALICE", view })).json.error).toBe("not_enabled");
  });

  test("tells who is in a usergroup, with the scope for it", async () => {
    const slack = await start({ app: { scopes: ["usergroups:read"] } });
    const { json } = await call(slack, "usergroups.list", { include_count: true });
    expect(json).toMatchObject({ ok: true, usergroups: [{ id: "S0PLATFORM", user_count: 2 }] });
    const users = async (usergroup: string) => (await call(slack, "usergroups.users.list", { usergroup })).json;
    expect(await users("S0PLATFORM")).toEqual({ ok: true, users: ["U0BOB", "U0CAROL"] });
    expect(await users("S0NONE")).toEqual({ ok: false, error: "no_such_subteam" });
    const poor = await start({ app: { scopes: [] } });
    expect((await call(poor, "usergroups.list", {})).json).toMatchObject({ needed: "usergroups:read" });
  });

  test("takes no slash command in a thread, none that it does not know, and sends no event that was not asked for", async () => {
    const slack = await start({ app: { events: [] } });
    const frames = await connect(slack, true);
    slack.acts.type("U0ALICE", "C0ONCALL", "/agents status", "1.000001");
    slack.acts.type("U0ALICE", "C0ONCALL", "/agnets status");
    slack.acts.type("U0ALICE", "C0ONCALL", "@drydock status");
    slack.acts.type("U0ALICE", "C0ONCALL", "/agents last @alice <b>");
    const last = await until("the command", () => frames.find(({ type }) => type === "slash_commands"));
    expect(last.payload).toMatchObject({ text: "last <@U0ALICE> &lt;b&gt;" });
    expect(frames.map(({ type }) => type)).toEqual(["hello", "slash_commands"]);
    expect(slack.workspace.messages.map(({ only, thread, text }) => [only, thread, text])).toEqual([
      ["U0ALICE", "1.000001", "`/agents` is not supported in threads. Sorry!"],
      ["U0ALICE", undefined, "`/agnets` is not a valid command."],
      [undefined, undefined, "<@U0DRYDOCK> status"],
    ]);
  });
});
