import { afterEach, describe, expect, test } from "vitest";
import { wallClock } from "../../playground/clock.ts";
import { BOT } from "../../playground/slack/workspace.ts";
import { actions, button, text } from "../support/block-kit.ts";
import { call, connect, start, stopAll } from "../support/standin.ts";
import { until } from "../support/time.ts";

afterEach(stopAll);

const MINUTE = 60_000;
/** What /agents brought to the app, on a clock of the test. */
async function command() {
  const clock = { now: 1_000_000 };
  const slack = await start({ clock: { ...wallClock, now: () => clock.now } });
  const frames = await connect(slack, true);
  slack.acts.slash("U0ALICE", "C0ONCALL", "status");
  const frame = await until("the command", () => frames.find(({ type }) => type === "slash_commands"));
  const { response_url, trigger_id } = frame.payload as Record<string, string>;
  const answer = async (body: object) => {
    const response = await fetch(response_url ?? "", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return [response.status, await response.text()];
  };
  return { slack, clock, trigger_id, answer };
}

describe("a response_url", () => {
  test("is taken for 30 minutes", async () => {
    const { slack, clock, answer } = await command();
    clock.now += 30 * MINUTE;
    expect(await answer({ text: "in time" })).toEqual([200, "ok"]);
    clock.now += 1_000;
    expect(await answer({ text: "late" })).toEqual([404, "expired_url"]);
    expect(slack.workspace.messages.map((message) => message.text)).toEqual(["in time"]);
  });

  test("refuses what a post refuses", async () => {
    const { answer } = await command();
    expect(await answer({ blocks: [{ type: "header", text: text(151) }] })).toEqual([400, "invalid_blocks"]);
  });

  test("replaces what was pressed, and takes it away", async () => {
    const slack = await start();
    const frames = await connect(slack, true);
    const blocks = actions(button({ text: { type: "plain_text", text: "Go" } }));
    const message = slack.workspace.add({ channel: "C0ONCALL", user: BOT, text: "t", blocks, only: "U0ALICE" });
    slack.acts.press("U0ALICE", message, "Go");
    const { payload } = await until("the press", () => frames.find(({ type }) => type === "interactive"));
    const answer = (body: object) =>
      fetch((payload as { response_url: string }).response_url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    await answer({ text: "pressed", replace_original: true });
    expect([message.text, message.blocks, message.only]).toEqual(["pressed", [], "U0ALICE"]);
    await answer({ text: "for all", response_type: "in_channel" });
    expect(slack.workspace.messages.at(-1)).toMatchObject({ text: "for all", only: undefined });
    await answer({ delete_original: true });
    expect(message.deleted).toBe(true);
    await answer({ text: "again", replace_original: true });
    expect(slack.workspace.messages.at(-1)).toMatchObject({ text: "again", only: "U0ALICE" });
  });
});

describe("a trigger_id", () => {
  const view = { type: "modal", title: text(1), blocks: [] };
  test.each([
    [2_999, undefined],
    [3_000, "expired_trigger_id"],
  ])("after %i ms: %s", async (passed, error) => {
    const { slack, clock, trigger_id } = await command();
    clock.now += passed;
    expect((await call(slack, "views.open", { trigger_id, view })).json.error).toBe(error);
  });

  test("serves once, and another one not at all", async () => {
    const { slack, trigger_id } = await command();
    const errors: unknown[] = [];
    for (const id of [trigger_id, trigger_id, "none"])
      errors.push((await call(slack, "views.open", { trigger_id: id, view })).json.error);
    expect(errors).toEqual([undefined, "exchanged_trigger_id", "invalid_trigger_id"]);
  });
});

describe("a method's budget", () => {
  test.each([
    ["chat.update", 50],
    ["chat.delete", 50],
    ["chat.postEphemeral", 100],
    ["conversations.history", 50],
    ["conversations.info", 50],
    ["conversations.members", 100],
    ["conversations.replies", 50],
    ["files.completeUploadExternal", 100],
    ["files.getUploadURLExternal", 100],
    ["usergroups.list", 20],
    ["usergroups.users.list", 20],
    ["users.info", 100],
    ["users.list", 20],
    ["views.open", 100],
    ["views.publish", 100],
    ["views.update", 100],
    ["apps.connections.open", 50],
    ["something.else", 50],
  ])("%s: %i a minute for the workspace, then 429 until the first of them is a minute old", async (method, calls) => {
    const clock = { now: 1_000_000 };
    const slack = await start({ clock: { ...wallClock, now: () => clock.now } });
    const spend = () => call(slack, method, {}, method === "apps.connections.open" ? slack.appToken : slack.botToken);
    for (let i = 0; i < calls; i += 1) expect((await spend()).status).toBe(200);
    clock.now += 20_000;
    const refused = await spend();
    expect([refused.status, refused.json.error, refused.retryAfter]).toEqual([429, "ratelimited", "40"]);
    expect((await call(slack, "auth.test", {})).json.ok).toBe(true);
    clock.now += 40_000;
    expect((await spend()).status).toBe(200);
  });
});
