import { WebClient } from "@slack/web-api";
import { afterEach, describe, expect, test } from "vitest";
import type { SlackFault } from "../../../playground/slack/faults.ts";
import { createPrivateAnswer, type Way } from "../../../src/adapters/slack/private-answer.ts";
import { type Modal, type Shown, say } from "../../../src/core/view.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { keepLog } from "../../support/silent-log.ts";
import { start, stopAll } from "../../support/standin.ts";
import { until } from "../../support/time.ts";

afterEach(stopAll);

const place = { person: "U0ALICE", channel: "C0ONCALL" };

describe("what comes before the answer is shown only where Slack has a way to, and counts as told only then", () => {
  test.each<[string, Pick<Way, "call" | "replaces">, readonly boolean[]]>([
    ["a typed command", { call: { ...place, via: "slash", text: "status" }, replaces: false }, [true, false, false]],
    [
      "a press on a private message",
      { call: { ...place, via: "button", command: "start", args: [] }, replaces: true },
      [true, true, true, false],
    ],
    [
      "a press on a card",
      { call: { ...place, via: "button", command: "stop", args: [] }, replaces: false },
      [false, false],
    ],
  ])("%s", async (_what, way, shown) => {
    const slack = await start();
    const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
    const clock = manualClock();
    const said: string[] = [];
    const respond = async (message: { readonly text?: string }) => void said.push(message.text ?? "");
    const answer = createPrivateAnswer(
      { ...way, respond, trigger: undefined, view: undefined },
      { client, clock, log: keepLog() },
    );
    const told: boolean[] = [];
    for (const i of shown.keys()) {
      told.push(answer.show(say("before", `before ${i}`)));
      await clock.advance(8_000);
    }
    expect(told).toEqual(shown);
    await answer.finish(say("answer", "the answer"));
    const before = shown.flatMap((wasShown, i) => (wasShown ? [`before ${i}`] : []));
    expect(said).toEqual([...before, "the answer"]);
  });
});

test("what comes before the answer is shown at once, after 4 s and after 12 s, in a form too", async () => {
  const slack = await start();
  const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
  const call = { ...place, via: "button" as const, command: "start", args: [] };
  const base = { call, replaces: true, trigger: undefined };
  const respond = async () => {};
  for (const way of [
    { ...base, respond, view: undefined },
    { ...base, respond: undefined, view: "V1" },
  ]) {
    const clock = manualClock();
    const answer = createPrivateAnswer(way, { client, clock, log: keepLog() });
    const shownAt: number[] = [];
    for (let second = 0; second < 20; second += 1) {
      if (answer.show(say("before", "so far"))) shownAt.push(second);
      await clock.advance(1_000);
    }
    expect(shownAt).toEqual([0, 4, 12]);
  }
});

describe("an answer that fails is told another way, or says what is true", () => {
  const form: Modal = {
    key: "adjust",
    title: "Adjust",
    parts: [],
    form: {
      fields: [{ id: "names", label: "Names", kind: "text", value: "" }],
      submit: "Plan",
      command: "adjust",
      args: [],
    },
  };
  const list: Modal = { key: "agents", title: "Agents", parts: [{ kind: "text", lines: [["web-1: upgraded"]] }] };
  const press: Way = {
    call: { ...place, via: "button", command: "adjust", args: [] },
    respond: undefined,
    replaces: true,
    trigger: "too-late",
    view: undefined,
  };

  async function answered(way: Way, shown: Shown, faults: readonly Omit<SlackFault, "times">[] = []) {
    const slack = await start();
    for (const fault of faults) slack.faults.order({ ...fault, times: "always" });
    const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } });
    const log = keepLog();
    const view = await createPrivateAnswer(way, { client, clock: manualClock(), log }).finish(shown);
    const told = slack.workspace.messages.map(({ channel, only, text, blocks }) => ({
      where: only === undefined ? channel : `${channel} ${only}`,
      text,
      hasBlocks: blocks.length > 0,
    }));
    return { view, told };
  }

  const expired = { kind: "api-refused", method: "views.open", error: "expired_trigger_id" } as const;
  const inChannel = "C0ONCALL U0ALICE";

  test("a form that came too late: nothing was changed, and the message that was pressed stays", async () => {
    const replaced: unknown[] = [];
    const respond = async (message: { readonly replace_original?: boolean; readonly text?: string }) =>
      void replaced.push([message.replace_original, message.text]);
    const { view } = await answered({ ...press, respond }, form, [expired]);
    const sentence =
      "The form came too late for Slack (expired_trigger_id), so it is not open and nothing was changed. Try again.";
    expect([view, replaced]).toEqual([undefined, [[false, sentence]]]);
  });

  test("a form for which a proxy answers: the person does not read the proxy's page", async () => {
    const page = { kind: "api-refused", method: "views.open", error: "<html>Sign in</html>" } as const;
    const { told } = await answered(press, form, [page]);
    expect(told.map(({ text }) => text)).toEqual(["Slack did not open the form, so nothing was changed. Try again."]);
  });

  test("a list that came too late is a message", async () => {
    const { told } = await answered(press, list, [expired]);
    expect(told).toEqual([{ where: inChannel, text: "Agents", hasBlocks: true }]);
  });

  test("a response_url that is of no use any more: to the person alone, in the channel", async () => {
    const respond = async () => {
      throw new Error("expired_url");
    };
    const { told } = await answered({ ...press, respond }, say("status", "All is well."));
    expect(told).toEqual([{ where: inChannel, text: "All is well.", hasBlocks: true }]);
  });

  test("a card that no one has replied to: in the channel, as Slack shows nothing in its thread", async () => {
    const onCard = { ...press, call: { ...press.call, thread: "1.000001" }, replaces: false, trigger: undefined };
    const { told } = await answered(onCard, say("stopped", "It is stopped."));
    expect(told).toEqual([{ where: inChannel, text: "It is stopped.", hasBlocks: true }]);
  });

  test("blocks that Slack refuses: as plain text", async () => {
    const { told } = await answered(press, say("status", "All is well."), [
      { kind: "api-refused", method: "chat.postEphemeral", error: "invalid_blocks" },
    ]);
    expect(told).toEqual([{ where: "DU0ALICE", text: "All is well.", hasBlocks: false }]);
  });

  test("a channel in which the bot is not: as a direct message", async () => {
    const elsewhere = { ...press, call: { ...press.call, channel: "C0RANDOM" } };
    const { told } = await answered(elsewhere, say("status", "All is well."));
    expect(told).toEqual([{ where: "DU0ALICE", text: "All is well.", hasBlocks: false }]);
  });
});

describe("what is true since takes the place of the answer", () => {
  test.each([
    ["after the answer", false],
    ["before it", true],
  ])("%s", async (_when, early) => {
    const slack = await start();
    const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
    const said: unknown[] = [];
    const respond = async (message: { readonly text?: string; readonly replace_original?: boolean }) =>
      void said.push([message.text, message.replace_original]);
    const call = { ...place, via: "button" as const, command: "start", args: [] };
    const way = { call, respond, replaces: true, trigger: undefined, view: undefined };
    const answer = createPrivateAnswer(way, { client, clock: manualClock(), log: keepLog() });
    if (early) answer.amend(say("moved", "Its card is in C0OPS."));
    await answer.finish(say("started", "Its card comes."));
    if (!early) answer.amend(say("moved", "Its card is in C0OPS."));
    await until("the amended answer", () => said.length === (early ? 1 : 2));
    expect(said.at(-1)).toEqual(["Its card is in C0OPS.", true]);
  });

  test("beside it if a public card was pressed: that stays as it is", async () => {
    const slack = await start();
    const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
    const said: unknown[] = [];
    const respond = async (message: { readonly text?: string; readonly replace_original?: boolean }) =>
      void said.push([message.text, message.replace_original]);
    const call = { ...place, via: "button" as const, command: "rerun", args: [] };
    const way = { call, respond, replaces: false, trigger: undefined, view: undefined };
    const answer = createPrivateAnswer(way, { client, clock: manualClock(), log: keepLog() });
    await answer.finish(say("requested", "Its card comes."));
    answer.amend(say("moved", "Its card is in C0OPS."));
    await until("the amended answer", () => said.length === 2);
    expect(said).toEqual([
      ["Its card comes.", false],
      ["Its card is in C0OPS.", false],
    ]);
  });

  test("for half an hour: afterwards nobody looks at the answer", async () => {
    const slack = await start();
    const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
    const clock = manualClock();
    const call = { ...place, via: "slash" as const, text: "status" };
    const way = { call, respond: async () => {}, replaces: false, trigger: undefined, view: undefined };
    const answer = createPrivateAnswer(way, { client, clock, log: keepLog() });
    await answer.finish(say("started", "Its card comes."));
    await clock.advance(30 * 60_000 - 1);
    expect(answer.amend(say("moved", "Its card is in C0OPS."))).toBe(true);
    await clock.advance(1);
    expect(answer.amend(say("moved", "Its card is in C0OPS."))).toBe(false);
  });
});
