import { expect } from "vitest";
import { test } from "../support/e2e.ts";
import type { E2e } from "../support/e2e-trial.ts";
import { needs } from "../support/needs.ts";
import { until } from "../support/time.ts";

const DATA = Array.from({ length: 6 }, (_, i) => ({
  name: `data-${i + 1}`,
  teams: [{ teamId: "t-data", teamLabel: "Data" }],
}));

/** The messages in the channels: no private answers, no replies. */
const cards = (trial: E2e) =>
  trial.slack.workspace.messages.filter(
    ({ only, metadata }) => only === undefined && JSON.stringify(metadata ?? {}).includes('/card"'),
  );

test("two presses and doubled envelopes start it once; claimed agents are left out elsewhere; stop needs no server", async ({
  start,
}) => {
  const trial = await start({ deploy: { agents: DATA } });
  trial.slack.twice(true);
  const plan = await trial.planOf("U0ALICE", "upgrade data-* --slots 2");
  expect(trial.slack.workspace.messages.filter((message) => trial.carried(message, "start"))).toHaveLength(1);
  trial.press("U0ALICE", plan, "start");
  trial.press("U0ALICE", plan, "start");
  const card = await trial.message("prod-1/card");
  trial.slack.twice(false);

  trial.say("U0DAVE", "upgrade-required");
  expect(await trial.told("U0DAVE", "plan")).toMatch(/6 left out: .*in another rollout/);

  trial.deploy.trouble({ kind: "unreachable", seconds: 10 });
  trial.mention("U0DAVE", card, "stop");
  await trial.told("U0DAVE", "error.not-owner-or-on-call");
  trial.mention("U0CAROL", card, "stop");
  await trial.told("U0CAROL", "stopped");
  await trial.ended("prod-1");
  const { fleet } = trial.deploy;
  expect(fleet.maxInFlight).toBeLessThanOrEqual(2);
  expect(fleet.triggers.length).toBeLessThan(6);
  expect([...fleet.agents.values()].every((agent) => agent.duplicates === 0)).toBe(true);
  expect(trial.events().filter(({ type }) => type === "rollout.started")).toHaveLength(1);
  expect(cards(trial)).toHaveLength(1);
});

test(
  "where the bot cannot post, the card goes to the operations channel; a post whose reply was lost is found again",
  needs("membership", "orders for faults"),
  async ({ start }) => {
    const trial = await start({ deploy: { agents: DATA.slice(0, 2) }, channels: "[C0ONCALL, C0RANDOM]" });
    const { faults } = trial.standin;
    faults.order({ kind: "api-429", method: "chat.postMessage", times: 1 });
    trial.say("U0ALICE", "upgrade data-1", "C0RANDOM");
    trial.press("U0ALICE", await trial.plan("U0ALICE"), "start");
    expect(await trial.ended("prod-1")).toEqual({ "data-1": "verified" });
    expect((await trial.message("prod-1/card")).channel).toBe("C0OPS");

    faults.order({ kind: "api-503-done", method: "chat.postMessage", times: 1 });
    await trial.startRollout("U0ALICE", "upgrade data-2");
    await trial.ended("prod-2");
    expect((await trial.message("prod-2/card")).channel).toBe("C0ONCALL");
    expect(cards(trial)).toHaveLength(2);
  },
);

async function answersAgain(trial: E2e): Promise<void> {
  await until("a new connection", () => trial.slack.connections() > 0);
  trial.say("U0BOB", "rollouts");
  await trial.told("U0BOB", "no-rollouts");
}

test("Slack may cut the connection: commands work again", async ({ start }) => {
  const trial = await start({ deploy: { agents: DATA } });
  trial.slack.cut();
  await answersAgain(trial);
});

test("Slack may ask to connect again: commands work again", needs("disconnect frames"), async ({ start }) => {
  const trial = await start({ deploy: { agents: DATA } });
  trial.standin.sockets.recycle();
  await answersAgain(trial);
});

test("malformed payloads do nothing and break nothing", needs("raw envelopes"), async ({ start }) => {
  const trial = await start({ deploy: { agents: DATA } });
  await trial.startRollout();
  const card = await trial.message("prod-1/card");
  const { sockets } = trial.standin;
  for (const payload of [
    null,
    7,
    "text",
    [],
    {},
    { type: "block_actions" },
    { type: "block_actions", user: {}, actions: [{}] },
    { command: "/agents" },
    { command: 5, text: {} },
  ]) {
    sockets.send("interactive", payload);
    sockets.send("slash_commands", payload);
  }
  sockets.send("events_api", { type: "event_callback", event: { type: "app_mention" } });
  trial.mention("U0ALICE", card, "status");
  expect(await trial.told("U0ALICE", "rollout-status")).toContain("prod-1: ");
});

test("secrets are in neither the log nor the messages", async ({ start }) => {
  const trial = await start({ deploy: { agents: DATA.slice(0, 1) } });
  trial.say("U0ELSE", "upgrade-required");
  await trial.told("U0ELSE", "error.not-mapped");
  await trial.startRollout();
  await trial.message("prod-1/card");
  trial.deploy.trouble({ kind: "unreachable", seconds: 10 });
  await trial.ended("prod-1");
  const everything = trial.log() + JSON.stringify([trial.slack.workspace.messages, trial.events()]);
  for (const secret of [trial.slack.botToken, trial.slack.appToken, trial.deploy.password])
    expect(everything).not.toContain(secret);
});

test("a second press on a plan says what the first one did", async ({ start }) => {
  const trial = await start({ deploy: { agents: [{ name: "web-1" }, { name: "web-2" }] } });
  const cancelled = await trial.planOf("U0ALICE", "upgrade web-1");
  const draft = trial.carried(cancelled, "start") ?? "";
  trial.press("U0ALICE", cancelled, "discard");
  await trial.told("U0ALICE", "plan-cancelled");
  trial.forge("U0ALICE", cancelled, "start", draft);
  expect(await trial.told("U0ALICE", "plan-used")).toContain("This plan was cancelled: nothing was started.");
  const started = await trial.planOf("U0ALICE", "upgrade web-2");
  trial.press("U0ALICE", started, "start");
  trial.press("U0ALICE", started, "start");
  expect(await trial.told("U0ALICE", "plan-used")).toContain("the first press counts");
  await trial.ended("prod-1");
  const lost = await trial.planOf("U0ALICE", "upgrade web-1");
  await trial.restart();
  trial.press("U0ALICE", lost, "discard");
  expect(await trial.told("U0ALICE", "plan-lost")).toContain("If you pressed Start before");
});
