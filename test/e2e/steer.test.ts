import { afterEach, expect, test } from "vitest";
import type { SlackMessage } from "../../playground/slack/workspace.ts";
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
  trial = await startCompiled({
    deploy: { agents, scale: 400 },
    server: [breaker, "links: {agent: 'https://ucd.drydock.test/#agent/{id}'}"],
  });
  const { fleet } = trial.deploy;
  await trial.startBot();
  await startRollout(trial, "U0ALICE", "upgrade * --slots 2");
  const first = await reply("prod-1 has stopped itself: `Behind the relay r-1 2 agents failed (the limit is 2).`");
  const failed = await reply("2 agents: the server took the request, but the agent never went offline");
  expect(renderText(failed)).toContain("Behind the relay `r-1`: 2 of these; nobody else of this rollout.");
  expect(renderText(failed)).toContain(`<https://ucd.drydock.test/#agent/${fleet.find("web-1")?.id}|page>`);
  trial.slack.acts.press("U0CAROL", failed, "Test connection");
  await told(trial, "U0CAROL", "no answer to the test: `you lack Edit Basic Settings, Upgrade Agents on it`");
  trial.slack.acts.press("U0ALICE", failed, "Test connection");
  await told(trial, "U0ALICE", "`web-1`: the server took the test, and said nothing more.");
  expect(trial.deploy.requests.get("PUT /cli/agentCLI/test")).toBe(2);
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

test("Retry these N: in a rollout under way after a pause, and as a plan of its own when it has ended", async () => {
  const agents = web(5).map((agent, i) => (i < 2 ? { ...agent, fault: "refused" as const } : agent));
  const late = [{ name: "web-6", fault: "late-back" as const }];
  trial = await startCompiled({
    deploy: { agents: [...agents, ...late], scale: 400 },
    server: ["breaker: off", "retryPauses: [1s, 1s]"],
  });
  const { fleet } = trial.deploy;
  await trial.startBot();
  await startRollout(trial);
  const failed = await reply("2 agents: no write permission on AGENT_HOME/bin/air-agentupgrade.jar");
  const first = fleet.find("web-1");
  if (!first) throw new Error("there is no web-1");
  first.fault = undefined;
  trial.slack.acts.press("U0CAROL", failed, "Retry these 2");
  await told(trial, "U0CAROL", "carol may not upgrade 2 of these 2 agents");
  trial.slack.acts.press("U0BOB", failed, "Retry these 2");
  await told(trial, "U0BOB", "prod-1: 2 agents are tried again");
  // One comes through, the other is refused once more; the button is for that one alone then.
  await until("the reply to shrink", () => renderText(failed).includes("(retried 1 time)"), 30_000);
  expect(renderText(failed)).toContain("1 agent: no write permission");
  expect(first.accepted).toBe(1);
  await cardSays(trial, "prod-1: finished", 60_000);
  const second = fleet.find("web-2");
  if (!second) throw new Error("there is no web-2");
  second.fault = undefined;
  trial.slack.acts.slash("U0ALICE", "C0ONCALL", "retry prod-1 --cause nothing-such");
  await told(trial, "U0ALICE", 'No agent of prod-1 fails for the cause "nothing-such" now. There are:');
  trial.slack.acts.slash("U0ALICE", "C0ONCALL", "retry prod-1 --cause jar-permission");
  const plan = await told(trial, "U0ALICE", "prod-1 has ended, so this is a plan of its own.");
  expect(renderText(plan)).toContain("Reason: `retry of prod-1`");
  trial.slack.acts.press("U0ALICE", plan, "Start");
  await cardSays(trial, "prod-2: finished", 60_000);
  expect(second.accepted).toBe(1);
});

test("--include-offline: who comes back and needs it is upgraded, who needs nothing is dropped and named", async () => {
  const agents = [
    ...web(2),
    { name: "web-3", relayId: "r-1" },
    { name: "web-4", status: "OFFLINE" },
    { name: "web-5", status: "OFFLINE" },
  ];
  trial = await startCompiled({ deploy: { agents, scale: 200 } });
  const { fleet } = trial.deploy;
  trial.deploy.setRelay("r-1", false);
  await trial.startBot();
  const plan = await startRollout(trial, "U0ALICE", "upgrade-required --include-offline");
  expect(renderText(plan)).toContain("3 agents are offline and waited for, for 24 h");
  await cardSays(trial, "2 of 5 upgraded, 3 waiting to come back.", 60_000);
  // It is held for this rollout while it is waited for.
  trial.slack.acts.slash("U0BOB", "C0ONCALL", "upgrade * --include-offline");
  await told(trial, "U0BOB", "in another rollout 3:");
  const fine = fleet.find("web-4");
  if (!fine) throw new Error("there is no web-4");
  fine.shown = { ...fine.shown, status: "ONLINE" };
  trial.deploy.setRelay("r-1", true);
  await cardSays(trial, "3 of 4 upgraded, 1 waiting to come back.", 60_000);
  await cardSays(trial, "Not waited for any more: `web-4` `came back and asks for no upgrade`");
  expect(fine.accepted).toBe(0);
  trial.slack.acts.slash("U0ALICE", "C0ONCALL", "stop");
  await threaded(trial, "prod-1 is finished: 3 of 3 upgraded.");
  await cardSays(trial, "`web-5` `had not come back when it was stopped`");
});
