import { afterEach, expect, test } from "vitest";
import {
  messages,
  renderText,
  startCompiled,
  startRollout,
  type Trial,
  threaded,
  told,
  until,
} from "../support/trial.ts";

let trial: Trial;
afterEach(() => trial.stop());

async function start(agents: number, relayed = false, scale = 100): Promise<void> {
  const seeds = Array.from({ length: agents }, (_, i) => ({
    name: `web-${i + 1}`,
    ...(relayed ? { relayId: `relay-${1 + (i % 4)}` } : {}),
  }));
  trial = await startCompiled({ deploy: { agents: seeds, seed: 3, scale } });
  await trial.startBot();
}

test("what somebody else upgrades counts among the ten, is shown, and is done when its turn comes", {
  timeout: 120_000,
}, async () => {
  // Slowly, so that a card that is edited every three seconds shows it.
  await start(24, false, 30);
  const { fleet, upgradeElsewhere } = trial.deploy;
  await startRollout(trial);
  await until("the first upgrades", () => fleet.triggers.length >= 10);
  const others = new Set(upgradeElsewhere(4));
  expect(others.size).toBe(4);
  await until(
    "a card that tells of them",
    () => messages(trial, ({ thread }, shown) => !thread && /\d+ here, [1-4] started elsewhere/.test(shown))[0],
  );
  expect(await threaded(trial, "prod-1 is finished", 90_000)).toContain(
    "24 of 24 upgraded, 4 of them by somebody else.",
  );
  const ours = fleet.triggers
    .filter(({ user }) => user === "drydock")
    .map(({ agent }) => fleet.agents.get(agent)?.name);
  expect(ours.filter((name) => others.has(name ?? ""))).toEqual([]);
  expect(ours).toHaveLength(20);
});

test("agents behind a relay that went down: nothing begins, the thread asks, and a person lets it go on", {
  timeout: 120_000,
}, async () => {
  await start(40, true);
  const { fleet, setRelay } = trial.deploy;
  await startRollout(trial);
  await until("the first upgrades", () => fleet.triggers.length >= 4);
  expect(fleet.maxInFlight).toBeLessThanOrEqual(10);
  setRelay("relay-1", false);
  await threaded(trial, "and their relay is down. Does somebody else upgrade them?");
  const [question] = messages(trial, (_message, shown) => shown.includes("Does somebody else upgrade them?"));
  if (!question) throw new Error("there is no question");
  await until("nothing of ours in flight", () => fleet.inFlight("ours") <= 3, 60_000);
  const before = fleet.triggers.length;
  trial.slack.acts.press("U0BOB", question, "Nobody does: go on");
  await told(trial, "U0BOB", "Only owners of rollouts on prod");
  expect(fleet.triggers.length).toBe(before);
  trial.slack.acts.press("U0ALICE", question, "Nobody does: go on");
  await until("further upgrades", () => fleet.triggers.length > before + 3, 60_000);
  await until("the answer in the thread", () => renderText(question).includes("says that nobody upgrades"), 60_000);
  setRelay("relay-1", true);
});

test("never more than three in flight behind one relay", { timeout: 60_000 }, async () => {
  await start(16, true);
  const { fleet } = trial.deploy;
  await startRollout(trial);
  let most = 0;
  await until(
    "the result",
    () => {
      const flying = [...fleet.agents.values()].filter((agent) => fleet.now(agent).inFlight);
      for (const relay of fleet.relays.keys())
        most = Math.max(most, flying.filter(({ relayId }) => relayId === relay).length);
      return messages(trial, (_message, shown) => shown.includes("prod-1 is finished"))[0];
    },
    50_000,
  );
  expect(most).toBe(3);
});

test("a server that is away, and comes back at another version: said once, and it asks before it goes on", {
  timeout: 120_000,
}, async () => {
  await start(24);
  const { fleet, trouble, upgradeServer } = trial.deploy;
  await startRollout(trial);
  await until("the first upgrades", () => fleet.triggers.length >= 10);
  trouble({ kind: "failing", seconds: 12 });
  // Long enough for the reply to be posted while it lasts, also on a busy machine.
  await threaded(trial, "prod gives no usable answer since");
  upgradeServer("7.3.0.0.1200000");
  await threaded(trial, "prod gave no usable answer from", 60_000);
  await threaded(trial, "prod is at 7.3.0.0.1200000 now and was at 7.2.3.1.1150420", 60_000);
  const before = fleet.triggers.length;
  trial.slack.acts.slash("U0ALICE", "C0ONCALL", "resume prod-1");
  await told(trial, "U0ALICE", "goes on");
  await until("further upgrades", () => fleet.triggers.length > before, 60_000);
  expect(await threaded(trial, "prod-1 is finished", 90_000)).toContain("24 of 24 upgraded.");
  expect(messages(trial, (_message, shown) => shown.includes("prod gave no usable answer"))).toHaveLength(1);
  // Ten slots again only after many successes: until then it was said why.
  expect(trial.log()).toContain("the server answered 503");
});
