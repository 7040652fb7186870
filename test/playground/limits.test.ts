import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SlackStandin, startSlack } from "../../src/playground/slack/start-slack.ts";
import { DEFAULT_CHANNELS } from "../../src/playground/slack/workspace.ts";

let slack: SlackStandin;
/** Each in a channel of its own: a channel takes about one post a second. */
let place = 0;
beforeAll(async () => {
  slack = await startSlack({
    channels: Array.from({ length: 100 }, (_, i) => ({ id: `C${i}`, name: `c${i}`, bot: true })),
  });
});
afterAll(() => slack.stop());

async function call(standin: SlackStandin, method: string, args: object): Promise<Record<string, unknown>> {
  const response = await fetch(standin.apiUrl + method, {
    method: "POST",
    headers: { authorization: `Bearer ${standin.botToken}`, "content-type": "application/json" },
    body: JSON.stringify(args),
  });
  return (await response.json()) as Record<string, unknown>;
}

const text = (length: number) => ({ type: "plain_text", text: "x".repeat(length) });
const many = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
const button = (more: object) => ({ type: "button", action_id: "a", text: text(1), ...more });
const actions = (...elements: object[]) => [{ type: "actions", elements }];
const confirm = (more: object) =>
  actions(button({ confirm: { title: text(1), text: text(1), confirm: text(1), deny: text(1), ...more } }));
const options = (count: number) => many(count, (i) => ({ text: text(1), value: `${i}` }));
const select = (type: string, given: unknown) => actions({ type, action_id: "s", options: given });

/** Each limit of a message: its blocks at a size, the most that Slack takes, and where it points. */
const LIMITS: readonly (readonly [string, (n: number) => object[], number, string])[] = [
  ["blocks", (n) => many(n, () => ({ type: "divider" })), 50, "/blocks"],
  ["section text", (n) => [{ type: "section", text: text(n) }], 3000, "/blocks/0/text"],
  ["section fields", (n) => [{ type: "section", fields: many(n, () => text(1)) }], 10, "/blocks/0/fields"],
  ["a section's field", (n) => [{ type: "section", fields: [text(n)] }], 2000, "/blocks/0/fields/0"],
  ["header", (n) => [{ type: "header", text: text(n) }], 150, "/blocks/0/text"],
  ["context elements", (n) => [{ type: "context", elements: many(n, () => text(1)) }], 10, "/blocks/0/elements"],
  ["actions elements", (n) => actions(...many(n, (i) => button({ action_id: `${i}` }))), 25, "/blocks/0/elements"],
  ["button text", (n) => actions(button({ text: text(n) })), 75, "/blocks/0/elements/0/text"],
  ["button value", (n) => actions(button({ value: "x".repeat(n) })), 2000, "/blocks/0/elements/0/value"],
  ["action_id", (n) => actions(button({ action_id: "x".repeat(n) })), 255, "/blocks/0/elements/0/action_id"],
  ["block_id", (n) => [{ type: "divider", block_id: "x".repeat(n) }], 255, "/blocks/0/block_id"],
  ["confirm title", (n) => confirm({ title: text(n) }), 100, "/blocks/0/elements/0/confirm/title"],
  ["confirm text", (n) => confirm({ text: text(n) }), 300, "/blocks/0/elements/0/confirm/text"],
  ["confirm button", (n) => confirm({ confirm: text(n) }), 30, "/blocks/0/elements/0/confirm/confirm"],
  ["deny button", (n) => confirm({ deny: text(n) }), 30, "/blocks/0/elements/0/confirm/deny"],
  ["select options", (n) => select("static_select", options(n)), 100, "/blocks/0/elements/0/options"],
  ["checkboxes", (n) => select("checkboxes", options(n)), 10, "/blocks/0/elements/0/options"],
  ["overflow", (n) => select("overflow", options(n)), 5, "/blocks/0/elements/0/options"],
  [
    "option text",
    (n) => select("static_select", [{ text: text(n), value: "v" }]),
    75,
    "/blocks/0/elements/0/options/0/text",
  ],
  [
    "option value",
    (n) => select("static_select", [{ text: text(1), value: "x".repeat(n) }]),
    150,
    "/blocks/0/elements/0/options/0/value",
  ],
  ["tables", (n) => many(n, () => ({ type: "table", rows: [[{}]] })), 1, "/blocks"],
  ["table rows", (n) => [{ type: "table", rows: many(n, () => [{}]) }], 100, "/blocks/0/rows"],
  ["table columns", (n) => [{ type: "table", rows: [many(n, () => ({}))] }], 20, "/blocks/0/rows/0"],
];

describe("a message is refused that is just over", () => {
  test.each(LIMITS)("%s", async (_what, blocks, most, pointer) => {
    const channel = `C${LIMITS.findIndex((limit) => limit[0] === _what)}`;
    const at = await call(slack, "chat.postMessage", { channel, text: "t", blocks: blocks(most) });
    expect([at.ok, at.response_metadata]).toEqual([true, undefined]);
    const over = await call(slack, "chat.postMessage", { channel, text: "t", blocks: blocks(most + 1) });
    expect(over).toMatchObject({ ok: false, error: "invalid_blocks" });
    expect(JSON.stringify(over.response_metadata)).toContain(`[json-pointer:${pointer}]`);
  });

  test.each([
    ["an empty header", [{ type: "header", text: text(0) }]],
    ["a section with nothing in it", [{ type: "section" }]],
    ["a header in mrkdwn", [{ type: "header", text: { type: "mrkdwn", text: "x" } }]],
    ["the same action_id twice", actions(button({}), button({}))],
    [
      "the same block_id twice",
      [
        { type: "divider", block_id: "b" },
        { type: "divider", block_id: "b" },
      ],
    ],
    ["an alert", [{ type: "alert" }]],
    ["a block that there is not", [{ type: "sticker" }]],
  ])("%s is refused too", async (_what, blocks) => {
    const answer = await call(slack, "chat.postMessage", { channel: `C${60 + place++}`, text: "t", blocks });
    expect(answer).toMatchObject({ ok: false, error: "invalid_blocks" });
  });

  test("text", async () => {
    expect(await call(slack, "chat.postMessage", { channel: "C51" })).toMatchObject({ error: "no_text" });
  });
});

describe("a modal is refused that is just over", () => {
  const input = (element: object) => [{ type: "input", label: text(1), element: { action_id: "a", ...element } }];
  const form = (blocks: object[]) => ({ blocks, submit: text(1) });
  test.each<readonly [string, (n: number) => object, number]>([
    ["blocks", (n) => ({ blocks: many(n, () => ({ type: "divider" })) }), 100],
    ["title", (n) => ({ title: text(n) }), 24],
    ["submit", (n) => ({ submit: text(n) }), 24],
    ["close", (n) => ({ close: text(n) }), 24],
    ["private_metadata", (n) => ({ private_metadata: "x".repeat(n) }), 3000],
    ["callback_id", (n) => ({ callback_id: "x".repeat(n) }), 255],
    ["placeholder", (n) => form(input({ type: "plain_text_input", placeholder: text(n) })), 150],
    ["initial value", (n) => form(input({ type: "plain_text_input", initial_value: "x".repeat(n) })), 3000],
    ["initial options", (n) => form(input({ type: "multi_external_select", initial_options: options(n) })), 100],
  ])("%s", async (_what, part, most) => {
    const open = async (n: number) => {
      const trigger = crypto.randomUUID();
      slack.workspace.triggers.set(trigger, { person: "U0ALICE", until: Date.now() + 3_000, used: false });
      const view = { type: "modal", title: text(1), blocks: [], ...part(n) };
      return call(slack, "views.open", { trigger_id: trigger, view });
    };
    expect((await open(most)).response_metadata).toBeUndefined();
    expect(await open(most + 1)).toMatchObject({ ok: false, error: "invalid_arguments" });
  });

  test("and for a trigger_id that is too old, used or none", async () => {
    const view = { type: "modal", title: text(1), blocks: [] };
    slack.workspace.triggers.set("old", { person: "U0ALICE", until: Date.now() - 1, used: false });
    slack.workspace.triggers.set("once", { person: "U0ALICE", until: Date.now() + 3_000, used: false });
    const errors: unknown[] = [];
    for (const trigger_id of ["old", "once", "once", "none"])
      errors.push((await call(slack, "views.open", { trigger_id, view })).error);
    expect(errors).toEqual(["expired_trigger_id", undefined, "exchanged_trigger_id", "invalid_trigger_id"]);
  });
});

describe("a call without its scope", () => {
  test("is refused, and told which", async () => {
    const strict = await startSlack({
      app: { scopes: ["chat:write", "channels:read"] },
      channels: [...DEFAULT_CHANNELS, { id: "G0SECRET", name: "secret", bot: true, is_private: true }],
    });
    try {
      expect(await call(strict, "chat.postMessage", { channel: "C0ONCALL", text: "t" })).toMatchObject({ ok: true });
      expect(await call(strict, "users.info", { user: "U0ALICE" })).toMatchObject({
        error: "missing_scope",
        needed: "users:read",
        provided: "chat:write,channels:read",
      });
      expect(await call(strict, "conversations.info", { channel: "C0ONCALL" })).toMatchObject({ ok: true });
      expect(await call(strict, "conversations.info", { channel: "G0SECRET" })).toMatchObject({
        needed: "groups:read",
      });
    } finally {
      await strict.stop();
    }
  });
});
