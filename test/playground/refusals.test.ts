import { afterEach, describe, expect, test } from "vitest";
import { problemsOf, viewProblemsOf } from "../../playground/slack/limits.ts";
import type { Block } from "../../playground/slack/workspace.ts";
import { actions, button, many, select } from "../support/block-kit.ts";
import { call, connect, start, stopAll } from "../support/standin.ts";
import { until } from "../support/time.ts";

afterEach(stopAll);

const mrkdwn = (words: string) => ({ type: "mrkdwn", text: words });
const plain = (words: string) => ({ type: "plain_text", text: words });

describe("what Slack refuses in blocks, and where", () => {
  test.each<[string, object[], string]>([
    [
      "mrkdwn on a button",
      actions(button({ text: mrkdwn("Go") })),
      "must be plain_text [json-pointer:/blocks/0/elements/0/text/type]",
    ],
    [
      "mrkdwn in an option",
      select("static_select", [{ text: mrkdwn("a"), value: "a" }]),
      "/blocks/0/elements/0/options/0/text/type",
    ],
    [
      "a text of no type",
      [{ type: "section", text: { text: "x" } }],
      "must be plain_text or mrkdwn [json-pointer:/blocks/0/text/type]",
    ],
    ["a text of another type", [{ type: "section", text: { type: "html", text: "x" } }], "/blocks/0/text/type"],
    [
      "a text that is a number",
      [{ type: "section", text: { type: "mrkdwn", text: 5 } }],
      "json-pointer:/blocks/0/text]",
    ],
    [
      "emoji in mrkdwn",
      [{ type: "section", text: { ...mrkdwn("x"), emoji: true } }],
      "invalid additional property: emoji",
    ],
    [
      "a block's unknown key",
      [{ type: "divider", colour: "red" }],
      "invalid additional property: colour [json-pointer:/blocks/0]",
    ],
    ["a button's unknown key", actions(button({ disabled: true })), "invalid additional property: disabled"],
    [
      "an empty value",
      actions(button({ value: "" })),
      "must be more than 0 characters [json-pointer:/blocks/0/elements/0/value]",
    ],
    ["an option's empty url", select("static_select", [{ text: plain("a"), value: "a", url: "" }]), "/options/0/url"],
    ["an empty block_id", [{ type: "divider", block_id: "" }], "json-pointer:/blocks/0/block_id"],
    ["an empty text", [{ type: "context", elements: [mrkdwn("")] }], "must be 1 to 3000 characters"],
  ])("%s", (_what, blocks, expected) => {
    expect(problemsOf(blocks as unknown as Block[]).join("\n")).toContain(expected);
  });

  test("formatted options of checkboxes are fine", () => {
    expect(problemsOf(select("checkboxes", [{ text: mrkdwn("*a*"), value: "a" }]) as unknown as Block[])).toEqual([]);
  });

  test("a view's unknown key", () => {
    const view = { type: "modal", title: plain("t"), blocks: [], colour: "red" };
    expect(viewProblemsOf(view)).toEqual(["[ERROR] invalid additional property: colour [json-pointer:]"]);
  });
});

describe("what is posted", () => {
  test("more than 11,000 characters that people see are refused; links and escaped characters count as they are seen", async () => {
    const slack = await start();
    const section = (words: string) => ({ type: "section", text: mrkdwn(words) });
    const post = async (last: string) => {
      const blocks = [...many(4, () => section("x".repeat(2_600))), section(last)];
      return (await call(slack, "chat.postMessage", { channel: "C0ONCALL", text: "t", blocks })).json;
    };
    expect((await post("x".repeat(601))).error).toBe("msg_blocks_too_long");
    expect((await post(`&amp;${"x".repeat(598)}<https://a.example/${"y".repeat(500)}|z>`)).ok).toBe(true);
  });

  test("a block without an id gets one, another one each", async () => {
    const slack = await start();
    const blocks = [...actions(button({})), ...actions(button({})), { type: "divider", block_id: "mine" }];
    await call(slack, "chat.postMessage", { channel: "C0ONCALL", text: "t", blocks });
    const ids = slack.workspace.messages[0]?.blocks.map((block) => String(block.block_id)) ?? [];
    expect(ids).toEqual([expect.stringMatching(/^\w{5}$/), expect.stringMatching(/^\w{5}$/), "mine"]);
    expect(new Set(ids).size).toBe(3);
  });

  test("what a command's acknowledgement says is shown to the person alone", async () => {
    const slack = await start();
    const frames = await connect(slack, false);
    const answered = (payload: unknown) => {
      const id = frames.at(-1)?.envelope_id;
      for (const socket of slack.sockets.sockets) socket.emit("message", JSON.stringify({ envelope_id: id, payload }));
    };
    for (const payload of [{ text: "As text." }, "As a string."]) {
      const before = frames.length;
      slack.acts.slash("U0ALICE", "C0ONCALL", "status");
      await until("the command", () => frames.length > before);
      answered(payload);
    }
    expect(slack.workspace.messages.map(({ text, only }) => [text, only])).toEqual([
      ["As text.", "U0ALICE"],
      ["As a string.", "U0ALICE"],
    ]);
  });
});

describe("any method refuses with any error, by order", () => {
  const order = (url: string, fault: object) =>
    fetch(`${url}/_standin/fault`, { method: "POST", body: JSON.stringify({ kind: "api-refused", ...fault }) });

  test("once", async () => {
    const slack = await start();
    await order(slack.url, { method: "users.info", error: "user_not_visible", times: 1 });
    const ask = async () => (await call(slack, "users.info", { user: "U0BOB" })).json;
    expect([(await ask()).error, (await ask()).ok]).toEqual(["user_not_visible", true]);
  });

  test("for ever, in one channel, until the order is taken back", async () => {
    const slack = await start();
    const fault = { method: "chat.postMessage", channel: "C0ONCALL", error: "restricted_action" };
    await order(slack.url, { ...fault, times: "always" });
    const post = async (channel: string) => (await call(slack, "chat.postMessage", { channel, text: "t" })).json.error;
    for (let i = 0; i < 3; i += 1) expect(await post("C0ONCALL")).toBe("restricted_action");
    expect(await post("C0OPS")).toBeUndefined();
    await order(slack.url, { ...fault, times: 0 });
    expect(await post("C0ONCALL")).toBeUndefined();
  });
});
