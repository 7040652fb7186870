import { describe, expect } from "vitest";
import { renderText } from "../../playground/slack/block-kit.ts";
import { BOT } from "../../playground/slack/workspace.ts";
import { type Start, test } from "../support/e2e.ts";
import type { E2e } from "../support/e2e-trial.ts";
import { needs } from "../support/needs.ts";
import { showsEnd } from "../support/shows-end.ts";
import { until } from "../support/time.ts";

const AGENTS = Array.from({ length: 6 }, (_, i) => ({ name: `web-${i + 1}` }));

const begin = (start: Start) => start({ deploy: { agents: AGENTS } });

/** The messages that people see under this key, oldest first. */
const shown = ({ slack }: E2e, key: string) =>
  slack.workspace.messages.filter(
    ({ metadata, deleted }) => !deleted && JSON.stringify(metadata ?? "").includes(`"prod-1/${key}"`),
  );

/** What Alice alone reads in answer to her press of Start. */
const answerTo = ({ slack }: E2e) =>
  slack.workspace.messages.flatMap((message) => (message.only === "U0ALICE" ? [renderText(message)] : [])).join("\n");
const linkOf = ({ channel, ts }: { readonly channel: string; readonly ts: string }) =>
  `https://dock.example/archives/${channel}/p${ts.replace(".", "")}`;

test(
  "the answer to Start links to the card, and to its new place when it moves",
  needs("deletions"),
  async ({ start }) => {
    const trial = await begin(start);
    await trial.startRollout();
    const card = await trial.message("prod-1/card");
    await until("the link", () => answerTo(trial).includes(linkOf(card)));
    trial.standin.workspace.archive("C0ONCALL");
    const moved = await until("the card elsewhere", () =>
      shown(trial, "card").find(({ channel }) => channel === "C0OPS"),
    );
    await until("the new link", () => answerTo(trial).includes(linkOf(moved)));
    expect(answerTo(trial)).not.toContain(linkOf(card));
  },
);

describe("a channel whose readers change while a rollout runs", needs("orders for faults"), () => {
  const changes: readonly (readonly [string, (trial: E2e) => void])[] = [
    ["it is shared with another organization", (trial) => trial.standin.workspace.share("C0ONCALL")],
    ["a guest joins", (trial) => trial.standin.workspace.join("C0ONCALL", "U0GUEST")],
  ];
  test.for(changes)(
    "%s: card, replies and list go to the operations channel, and no name stays",
    async ([, change], { start }) => {
      const trial = await begin(start);
      await trial.startRollout();
      const before = await trial.message("prod-1/card");
      change(trial);
      const card = await until("the card elsewhere", () =>
        shown(trial, "card").find(({ channel }) => channel === "C0OPS"),
      );
      await trial.ended("prod-1");
      const list = await until("the list", () => trial.slack.workspace.messages.find(({ files }) => files.length > 0));
      expect([(await trial.message("prod-1/end")).thread, list.channel, list.thread]).toEqual([
        card.ts,
        "C0OPS",
        card.ts,
      ]);
      const left = trial.slack.workspace.messages.filter(({ channel, only }) => channel === before.channel && !only);
      expect(left.map(renderText).join("\n")).not.toMatch(/web-|prod-1/);
    },
  );
});

test(
  "trouble that passes while Slack is asked who reads a channel moves no card",
  needs("orders for faults"),
  async ({ start }) => {
    const trial = await begin(start);
    await trial.startRollout();
    const card = await trial.message("prod-1/card");
    const order = { kind: "api-refused", method: "conversations.info", channel: "C0ONCALL" } as const;
    trial.standin.faults.order({ ...order, error: "internal_error", times: 3 });
    await trial.ended("prod-1");
    const list = await until("the list", () => trial.slack.workspace.messages.find(({ files }) => files.length > 0));
    expect([shown(trial, "card").map(({ ts }) => ts), list.thread]).toEqual([[card.ts], card.ts]);
    await until("the card to show the end", () => showsEnd(renderText(card)));
  },
);

describe("messages that Slack refuses for good", needs("orders for faults"), () => {
  test("in one channel: the operations channel has the card, its replies and the list", async ({ start }) => {
    const trial = await begin(start);
    for (const method of ["chat.postMessage", "chat.update"])
      trial.standin.faults.order({
        kind: "api-refused",
        method,
        channel: "C0ONCALL",
        error: "invalid_blocks",
        times: "always",
      });
    await trial.startRollout();
    await trial.ended("prod-1");
    const [card] = shown(trial, "card");
    expect([card?.channel, shown(trial, "end").map(({ channel, thread }) => [channel, thread])]).toEqual([
      "C0OPS",
      [["C0OPS", card?.ts]],
    ]);
    await until("the list", () =>
      trial.slack.workspace.messages.some(({ files, thread }) => thread === card?.ts && files.length > 0),
    );
    expect(trial.log()).toContain("a channel no longer accepts the card");
  });

  test("in every channel: the owner has them, alone, and nothing is posted twice after a crash", async ({ start }) => {
    const trial = await begin(start);
    for (const channel of ["C0ONCALL", "C0OPS"])
      trial.standin.faults.order({
        kind: "api-refused",
        method: "chat.postMessage",
        channel,
        error: "msg_blocks_too_long",
        times: "always",
      });
    await trial.startRollout();
    const card = await trial.message("prod-1/card");
    expect(card.channel).toBe("DU0ALICE");
    await trial.restart();
    await trial.ended("prod-1");
    await until("the card to show the end", () => showsEnd(renderText(card)));
    expect([shown(trial, "card").length, shown(trial, "end").map(({ thread }) => thread)]).toEqual([1, [card.ts]]);
  });
});

test(
  "a person whom Slack does not describe yet is told how long, and answered then",
  needs("orders for faults"),
  async ({ start }) => {
    const trial = await begin(start);
    trial.standin.faults.order({ kind: "api-429", method: "users.info", times: 1, retryAfter: 5 });
    trial.slack.acts.slash("U0ALICE", "C0ONCALL", "rollouts");
    await until("the wait", () => answerTo(trial).includes("Slack allows Drydock no more requests for 5 s."));
    await until("the answer", () => /no rollout/i.test(answerTo(trial)));
  },
);

test(
  "a person who waits for that when Drydock stops is refused, and the ledger has what they were told and nothing else",
  needs("orders for faults"),
  async ({ start }) => {
    const trial = await begin(start);
    trial.standin.faults.order({ kind: "api-429", method: "users.info", times: 99, retryAfter: 60 });
    trial.say("U0BOB", "rollouts");
    const answers = () =>
      trial.slack.workspace.messages.filter(({ only, user }) => only === "U0BOB" && user === BOT).map(renderText);
    await until("the wait", () => answers().length === 1);
    expect(await trial.endBot()).toBe(0);
    const told = trial.events("person.U0BOB").filter(({ type }) => type === "person.told");
    expect(told.map(({ data }) => data.key)).toEqual(["slack-busy", "error.slack"]);
    expect(answers()).toEqual(told.map(({ data }) => expect.stringContaining(String(data.text))));
  },
);
