import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import type { SlackStandin } from "../../playground/slack/start-slack.ts";
import { actions, button, input, many, options, text } from "../support/block-kit.ts";
import { JudgedMessages, judge } from "../support/judged-messages.ts";
import { call, connect, start, stopAll } from "../support/standin.ts";
import { until } from "../support/time.ts";

afterEach(stopAll);

const mrkdwn = (length: number) => ({ type: "mrkdwn", text: "x".repeat(length) });
const modal = (more: object) => ({ view: { type: "modal", title: text(24), blocks: [], ...more } });
const home = (more: object) => ({ view: { type: "home", blocks: [], ...more } });
const field = (more: object) => modal({ submit: text(24), blocks: input({ type: "plain_text_input", ...more }) });

describe("each validator refuses by itself", () => {
  test.each<readonly [string, Record<string, unknown>]>([
    ["a section of 3,001 characters", { blocks: [{ type: "section", text: mrkdwn(3_001) }] }],
    ["an empty text", { blocks: [{ type: "section", text: mrkdwn(0) }] }],
    ["a header that is mrkdwn", { blocks: [{ type: "header", text: mrkdwn(1) }] }],
    ["a button whose text is mrkdwn", { blocks: actions(button({ text: mrkdwn(1) })) }],
    ["a button with 76 characters", { blocks: actions(button({ text: text(76) })) }],
    ["a button with a key that Slack does not know", { blocks: actions(button({ colour: "red" })) }],
    ["a button of a style that Slack does not know", { blocks: actions(button({ style: "warning" })) }],
    ["a button as a block", { blocks: [button({})] }],
    ["a text field among actions", { blocks: actions({ type: "plain_text_input", action_id: "a" }) }],
    ["26 buttons", { blocks: actions(...many(26, () => button({}))) }],
    ["11 fields", { blocks: [{ type: "section", fields: many(11, () => mrkdwn(1)) }] }],
    ["a confirm dialog without a text", { blocks: actions(button({ confirm: { title: text(1) } })) }],
    ["an image without words", { blocks: [{ type: "image", image_url: "https://example.com/i.png" }] }],
    ["a block id of 256 characters", { blocks: [{ type: "divider", block_id: "x".repeat(256) }] }],
    ["a modal without a title", { view: { type: "modal", blocks: [] } }],
    ["a modal with a title of 25 characters", modal({ title: text(25) })],
    ["a modal of 101 blocks", modal({ blocks: many(101, () => ({ type: "divider" })) })],
    ["a placeholder of 151 characters", field({ placeholder: text(151) })],
    ["a Home tab with a title", home({ title: text(1) })],
    ["an option of 76 characters", { options: [{ text: text(76), value: "v" }] }],
    ["an option with a key that Slack does not know", { options: [{ text: text(1), value: "v", key: "k" }] }],
  ])("%s", (_what, content) => {
    const { slacksTypes, standin } = judge(content);
    expect(slacksTypes).not.toEqual([]);
    expect(standin).not.toEqual([]);
  });

  test("and takes what is just within the limits", () => {
    for (const fine of [
      {
        blocks: [
          { type: "section", text: mrkdwn(3_000) },
          ...actions(...many(25, (i) => button({ action_id: `${i}` }))),
        ],
      },
      field({ placeholder: text(150) }),
      home({ blocks: many(100, () => ({ type: "divider" })) }),
      { options: options(100) },
      { options: [] },
    ])
      expect(judge(fine)).toEqual({ slacksTypes: [], standin: [] });
  });
});

test("the reason names the place and the limit", () => {
  const { slacksTypes } = judge({ blocks: [{ type: "divider" }, { type: "header", text: text(151) }] });
  expect(slacksTypes).toEqual(['/1/text/text must NOT have more than 150 characters {"limit":150}']);
});

describe("what an app sends is heard by both, and the stand-in refuses it", () => {
  const blocks = actions(button({ text: mrkdwn(1) }));
  const view = { type: "modal", title: text(1), blocks };
  const channel = "C0ONCALL";
  const trigger_id = "now";

  async function listen() {
    const judged = new JudgedMessages();
    const slack = await start({ hear: judged.hear });
    slack.workspace.triggers.set(trigger_id, { person: "U0ALICE", until: Number.POSITIVE_INFINITY, used: false });
    return { judged, slack };
  }
  /** A modal that is fine, open on Alice's screen. */
  async function opened(slack: SlackStandin) {
    slack.workspace.triggers.set("before", { person: "U0ALICE", until: Number.POSITIVE_INFINITY, used: false });
    const { json } = await call(slack, "views.open", { trigger_id: "before", view: modal({}).view });
    return String((json.view as { id: string }).id);
  }
  async function posted(slack: SlackStandin) {
    return String((await call(slack, "chat.postMessage", { channel, text: "fine" })).json.ts);
  }
  /** Answers the newest envelope, once it is there. */
  async function acknowledge(slack: SlackStandin, type: string, payload: unknown, act: () => void) {
    const frames = await connect(slack, false);
    act();
    const frame = await until(type, () => frames.find((one) => one.type === type));
    for (const socket of slack.sockets.sockets)
      socket.emit("message", JSON.stringify({ envelope_id: frame.envelope_id, payload }));
    return frame;
  }

  test.each<readonly [string, (slack: SlackStandin) => Promise<Record<string, unknown>>, string]>([
    ["chat.postMessage", async () => ({ channel, blocks }), "invalid_blocks"],
    ["chat.postEphemeral", async () => ({ channel, user: "U0ALICE", blocks }), "invalid_blocks"],
    ["chat.update", async (slack) => ({ channel, ts: await posted(slack), blocks }), "invalid_blocks"],
    ["views.open", async () => ({ trigger_id, view }), "invalid_arguments"],
    ["views.push", async (slack) => ({ trigger_id, view, below: await opened(slack) }), "invalid_arguments"],
    ["views.update", async (slack) => ({ view_id: await opened(slack), view }), "invalid_arguments"],
    ["views.publish", async () => ({ user_id: "U0ALICE", view: { type: "home", blocks } }), "invalid_arguments"],
  ])("%s", async (method, args, error) => {
    const { judged, slack } = await listen();
    expect((await call(slack, method, await args(slack))).json).toMatchObject({ ok: false, error });
    expect(judged.refused.map((line) => line.split(":")[0])).toEqual([
      `${method} (without a key), by slacksTypes`,
      `${method} (without a key), by standin`,
    ]);
  });

  test("an answer to a response_url", async () => {
    const { judged, slack } = await listen();
    const frame = await acknowledge(slack, "slash_commands", undefined, () => slack.acts.slash("U0ALICE", channel, ""));
    const { response_url } = frame.payload as { response_url: string };
    const headers = { "content-type": "application/json" };
    const answer = await fetch(response_url, { method: "POST", headers, body: JSON.stringify({ blocks }) });
    expect([answer.status, await answer.text()]).toEqual([400, "invalid_blocks"]);
    expect(judged.refused).toHaveLength(2);
  });

  test("the acknowledgement of a command", async () => {
    const { judged, slack } = await listen();
    await acknowledge(slack, "slash_commands", { blocks }, () => slack.acts.slash("U0ALICE", channel, ""));
    expect(slack.workspace.messages).toEqual([]);
    expect(judged.refused).toHaveLength(2);
  });

  test("the acknowledgement of a form, with another form in its place", async () => {
    const { judged, slack } = await listen();
    const id = await opened(slack);
    const answer = { response_action: "update", view };
    await acknowledge(slack, "interactive", answer, () => slack.acts.endView(id, "view_submission"));
    expect(slack.workspace.views.get(id)?.notice).toBeDefined();
    expect(judged.refused).toHaveLength(2);
  });

  test("every message is counted, with its key", async () => {
    const { judged, slack } = await listen();
    await posted(slack);
    const metadata = { event_type: "e", event_payload: { key: "prod-1/card" } };
    await call(slack, "chat.postMessage", { channel, blocks, metadata });
    await call(slack, "users.info", { user: "U0ALICE" });
    expect(judged.judged).toBe(2);
    expect(judged.refused[0]).toMatch(/^chat\.postMessage \(prod-1\/card\), by slacksTypes: \/0\/elements\/0\/text/);
  });
});

test("the schema is that of the package @slack/types that is installed; if not: npm run test:others -- block-kit -u", () => {
  const read = (file: string) => JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, string>>;
  const { version } = read("node_modules/@slack/types/package.json");
  expect(read("test/data/slack/block-kit.schema.json").$comment).toBe(`@slack/types ${version}`);
});
