import { afterEach, expect, test } from "vitest";
import type { SlackMessage } from "../../src/playground/slack/workspace.ts";
import {
  cardSays,
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

/** The newest reply in a thread that says this. */
async function reply(part: string, patience?: number): Promise<SlackMessage> {
  return until(
    `a reply "${part}"`,
    () => messages(trial, (message, shown) => message.thread !== undefined && shown.includes(part)).at(-1),
    patience,
  );
}

const web = (count: number, relay?: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => ({ name: `web-${i + 1}`, ...(relay ? { relayId: relay(i) } : {}) }));

test("canaries go first, one behind each relay; the rest waits until they are stable and somebody has looked", async () => {
  trial = await startCompiled({ deploy: { agents: web(6, (i) => (i < 4 ? "r-1" : "r-2")), scale: 200 } });
  const { fleet } = trial.deploy;
  await trial.startBot();
  const plan = await startRollout(trial, "U0ALICE", "upgrade-required --canary 2 --hold");
  expect(renderText(plan)).toContain("2 canaries first (`web-1`, `web-5`): the rest waits until they are stable, and");
  const asks = await reply("<@U0ALICE> prod-1 waits: `2 of 2 canaries are stable.");
  expect(renderText(asks)).toContain("Nothing is in flight.");
  const asked = () => fleet.triggers.map(({ agent }) => fleet.find(agent)?.name);
  expect(asked().sort()).toEqual(["web-1", "web-5"]);
  await cardSays(trial, "Canaries: 2 of 2 stable.");
  trial.slack.acts.press("U0CAROL", asks, "Continue");
  await told(trial, "U0CAROL", "may not upgrade 4 of the 4 agents that still wait in prod-1");
  trial.slack.acts.press("U0ALICE", asks, "Continue");
  await until("the buttons to go", () => renderText(asks).includes("Continued by <@U0ALICE>."));
  await cardSays(trial, "6 of 6 upgraded.", 60_000);
  expect(asked()).toHaveLength(6);
});

test("a bad canary stops it: nothing else is asked to upgrade", async () => {
  const agents = web(6).map((agent, i) => (i === 1 ? { ...agent, fault: "back-old" as const } : agent));
  trial = await startCompiled({ deploy: { agents, scale: 200 }, server: ["canaryMin: 2"] });
  await trial.startBot();
  await startRollout(trial);
  const stopped = await reply("<@U0ALICE> prod-1 has stopped itself: `A canary was not upgraded: came back at");
  expect(trial.deploy.fleet.triggers).toHaveLength(2);
  await cardSays(trial, "Paused: `A canary was not upgraded");
  trial.slack.acts.press("U0ALICE", stopped, "Stop");
  await threaded(trial, "prod-1 was stopped: 1 of 6 upgraded, 1 failed, 4 not begun.");
  await until("who stopped it", () => renderText(stopped).includes("Stopped by <@U0ALICE>."));
  expect(trial.deploy.fleet.triggers).toHaveLength(2);
});

test("the breaker opens for one cause and behind one relay; Continue counts anew", async () => {
  // Those that are required come first: both of r-1 with a fault, before the others.
  const agents = web(10, (i) => (i < 2 ? "r-1" : `r-${i + 1}`)).map((agent, i) =>
    i < 2 ? { ...agent, fault: "never-offline" as const } : { ...agent, status: "UPGRADE_RECOMMND" },
  );
  const breaker = "breaker: {cause: {count: 3}, relay: {count: 2}, total: off}";
  trial = await startCompiled({ deploy: { agents, scale: 200 }, server: [breaker] });
  const { fleet } = trial.deploy;
  await trial.startBot();
  await startRollout(trial, "U0ALICE", "upgrade * --slots 2");
  const first = await reply("prod-1 has stopped itself: `Behind the relay r-1 2 agents failed (the limit is 2).`");
  const before = fleet.triggers.length;
  trial.deploy.setDiskFull(true);
  trial.slack.acts.press("U0ALICE", first, "Continue");
  await reply(
    "prod-1 has stopped itself: `For one cause 3 agents failed (the limit is 3): came back at the old version",
    60_000,
  );
  await cardSays(trial, "prod-1: paused");
  // Two at once: no more than one had begun beside the three that failed.
  expect(fleet.triggers.length - before).toBeLessThanOrEqual(5);
  trial.deploy.setDiskFull(false);
  trial.slack.acts.slash("U0ALICE", "C0ONCALL", "resume");
  await threaded(trial, "prod-1 is finished, with failures:", 60_000);
});
