import { afterEach, describe, expect, test } from "vitest";
import { wallClock } from "../../playground/clock.ts";
import { problemsOf } from "../../playground/slack/limits.ts";
import type { Block } from "../../playground/slack/workspace.ts";
import { actions, button, input, many, options, select, text } from "../support/block-kit.ts";
import { call, start, stopAll } from "../support/standin.ts";

afterEach(stopAll);

const confirm = (more: object) =>
  actions(button({ confirm: { title: text(1), text: text(1), confirm: text(1), deny: text(1), ...more } }));
const option = (more: object) => select("static_select", [{ text: text(1), value: "v", ...more }]);
const image = (more: object) => [{ type: "image", image_url: "https://a.example/i.png", alt_text: "a", ...more }];
const video = (more: object) => [
  { type: "video", title: text(1), alt_text: "a", video_url: "https://a", thumbnail_url: "https://b", ...more },
];
const groups = (more: object, count = 1) =>
  actions({
    type: "static_select",
    option_groups: many(count, () => ({ label: text(1), options: options(1), ...more })),
  });

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
  ["button url", (n) => actions(button({ url: "x".repeat(n) })), 3000, "/blocks/0/elements/0/url"],
  [
    "button label for screen readers",
    (n) => actions(button({ accessibility_label: "x".repeat(n) })),
    75,
    "/blocks/0/elements/0/accessibility_label",
  ],
  ["action_id", (n) => actions(button({ action_id: "x".repeat(n) })), 255, "/blocks/0/elements/0/action_id"],
  ["block_id", (n) => [{ type: "divider", block_id: "x".repeat(n) }], 255, "/blocks/0/block_id"],
  ["confirm title", (n) => confirm({ title: text(n) }), 100, "/blocks/0/elements/0/confirm/title"],
  ["confirm text", (n) => confirm({ text: text(n) }), 300, "/blocks/0/elements/0/confirm/text"],
  ["confirm button", (n) => confirm({ confirm: text(n) }), 30, "/blocks/0/elements/0/confirm/confirm"],
  ["deny button", (n) => confirm({ deny: text(n) }), 30, "/blocks/0/elements/0/confirm/deny"],
  ["select options", (n) => select("static_select", options(n)), 100, "/blocks/0/elements/0/options"],
  ["checkboxes", (n) => select("checkboxes", options(n)), 10, "/blocks/0/elements/0/options"],
  ["radio buttons", (n) => select("radio_buttons", options(n)), 10, "/blocks/0/elements/0/options"],
  ["overflow", (n) => select("overflow", options(n)), 5, "/blocks/0/elements/0/options"],
  ["option text", (n) => option({ text: text(n) }), 75, "/blocks/0/elements/0/options/0/text"],
  ["option value", (n) => option({ value: "x".repeat(n) }), 150, "/blocks/0/elements/0/options/0/value"],
  ["option description", (n) => option({ description: text(n) }), 75, "/blocks/0/elements/0/options/0/description"],
  ["option groups", (n) => groups({}, n), 100, "/blocks/0/elements/0/option_groups"],
  ["a group's label", (n) => groups({ label: text(n) }), 75, "/blocks/0/elements/0/option_groups/0/label"],
  ["a group's options", (n) => groups({ options: options(n) }), 100, "/blocks/0/elements/0/option_groups/0/options"],
  ["image address", (n) => image({ image_url: "x".repeat(n) }), 3000, "/blocks/0/image_url"],
  ["image description", (n) => image({ alt_text: "x".repeat(n) }), 2000, "/blocks/0/alt_text"],
  ["image title", (n) => image({ title: text(n) }), 2000, "/blocks/0/title"],
  ["markdown", (n) => [{ type: "markdown", text: "x".repeat(n) }], 12_000, "/blocks/0/text"],
  ["video title", (n) => video({ title: text(n) }), 199, "/blocks/0/title"],
  ["video author", (n) => video({ author_name: "x".repeat(n) }), 49, "/blocks/0/author_name"],
  [
    "input label",
    (n) => input({ type: "plain_text_input" }).map((block) => ({ ...block, label: text(n) })),
    2000,
    "/blocks/0/label",
  ],
  [
    "input hint",
    (n) => input({ type: "plain_text_input" }).map((block) => ({ ...block, hint: text(n) })),
    2000,
    "/blocks/0/hint",
  ],
  ["least length", (n) => input({ type: "plain_text_input", min_length: n }), 3000, "/blocks/0/element/min_length"],
  ["most length", (n) => input({ type: "plain_text_input", max_length: n }), 3000, "/blocks/0/element/max_length"],
  ["files", (n) => input({ type: "file_input", max_files: n }), 10, "/blocks/0/element/max_files"],
  ["tables", (n) => many(n, () => ({ type: "table", rows: [[{}]] })), 1, "/blocks"],
  ["table rows", (n) => [{ type: "table", rows: many(n, () => [{}]) }], 100, "/blocks/0/rows"],
  ["table columns", (n) => [{ type: "table", rows: [many(n, () => ({}))] }], 20, "/blocks/0/rows/0"],
  [
    "table column settings",
    (n) => [{ type: "table", rows: [[{}]], column_settings: many(n, () => ({})) }],
    20,
    "/blocks/0/column_settings",
  ],
];

/** A clock that runs so fast that no budget is ever spent. */
let clock = 0;
const fast = { clock: { ...wallClock, now: () => (clock += 60_000) } };

describe("a message is refused that is just over", () => {
  test.each(LIMITS)("%s", async (_what, blocks, most, pointer) => {
    const slack = await start(fast);
    const post = async (n: number) =>
      (await call(slack, "chat.postMessage", { channel: "C0ONCALL", text: "t", blocks: blocks(n) })).json;
    const at = await post(most);
    expect([at.ok, at.response_metadata]).toEqual([true, undefined]);
    const over = await post(most + 1);
    expect(over).toMatchObject({ ok: false, error: "invalid_blocks" });
    expect(JSON.stringify(over.response_metadata)).toContain(`[json-pointer:${pointer}]`);
  });

  test("text: a post is cut after 40,000 characters and warned about, a private one and an edit over 4,000 are refused", async () => {
    const slack = await start(fast);
    const say = async (method: string, length: number, more: object) =>
      (await call(slack, method, { channel: "C0ONCALL", user: "U0BOB", text: "x".repeat(length), ...more })).json;
    const { ts, ...whole } = await say("chat.postMessage", 40_000, {});
    expect(whole).not.toHaveProperty("warning");
    expect(await say("chat.postMessage", 40_001, {})).toMatchObject({ ok: true, warning: "message_truncated" });
    expect(slack.workspace.messages.map((message) => message.text.length)).toEqual([40_000, 40_000]);
    expect((await say("chat.postMessage", 0, {})).error).toBe("no_text");
    expect((await say("chat.postEphemeral", 40_001, {})).error).toBe("msg_too_long");
    expect((await say("chat.update", 4_000, { ts })).ok).toBe(true);
    expect((await say("chat.update", 4_001, { ts })).error).toBe("msg_too_long");
  });
});

describe("a message is refused with", () => {
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
    ["an element that there is not", actions({ type: "dial" })],
    ["a text field among actions", actions({ type: "plain_text_input" })],
    ["a button in a context", [{ type: "context", elements: [button({})] }]],
    ["a style that there is not", actions(button({ style: "huge" }))],
    ["options and groups of them", actions({ type: "static_select", options: options(1), option_groups: [] })],
    ["an image that says nothing", image({ alt_text: "" })],
    ["an image without an address", [{ type: "image", alt_text: "a" }]],
    ["a date that is none", actions({ type: "datepicker", initial_date: "1 May" })],
    ["a time that is none", actions({ type: "timepicker", initial_time: "noon" })],
    ["a moment that is none", actions({ type: "datetimepicker", initial_date_time: 5 })],
    ["a number field that does not say which numbers", input({ type: "number_input" })],
    ["no selection at all", actions({ type: "multi_users_select", max_selected_items: 0 })],
    [
      "an event that no field has",
      input({ type: "plain_text_input", dispatch_action_config: { trigger_actions_on: ["on_blur"] } }),
    ],
    ["an unfinished video", [{ type: "video", title: text(1) }]],
    ["rich text without elements", [{ type: "rich_text" }]],
  ])("%s", (_what, blocks) => {
    expect(problemsOf(blocks as Block[])).not.toEqual([]);
  });

  test("but not with rich text, pickers and everything else that is fine", () => {
    const fine = [
      { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text: "t" }] }] },
      ...actions(
        button({ style: "danger" }),
        { type: "datepicker", action_id: "d", initial_date: "2026-05-01" },
        { type: "timepicker", action_id: "t", initial_time: "23:59" },
        { type: "datetimepicker", action_id: "dt", initial_date_time: 1_780_000_000 },
        { type: "external_select", action_id: "e", placeholder: text(150) },
      ),
      { type: "section", text: text(1), accessory: { type: "image", image_url: "https://a", alt_text: "a" } },
      { type: "context", elements: [{ type: "image", image_url: "https://a", alt_text: "a" }, text(1)] },
    ];
    expect(problemsOf(fine as Block[])).toEqual([]);
  });
});
