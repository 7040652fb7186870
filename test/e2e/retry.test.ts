import { afterEach, expect, test } from "vitest";
import { cardSays, cards, startCompiled, startRollout, type Trial, threaded, told, until } from "../support/trial.ts";

let trial: Trial;
afterEach(() => trial.stop());

test("@drydock retry in a rollout's thread: its failed agents, also without its ID; of one that has ended as a plan", {
  timeout: 90_000,
}, async () => {
  const agents = [
    { name: "web-1", fault: "refused" as const },
    { name: "web-2", fault: "refused" as const },
    { name: "web-3", fault: "late-back" as const },
  ];
  trial = await startCompiled({ deploy: { agents, scale: 400 }, server: ["breaker: off", "retryPauses: [1s, 1s]"] });
  const { fleet } = trial.deploy;
  await trial.startBot();
  await startRollout(trial);
  await threaded(trial, "2 agents: no write permission");
  const card = cards(trial)[0]?.ts ?? "";
  trial.deploy.setFault("web-1", undefined);
  // Somebody without the rights, and then somebody with them.
  trial.slack.acts.mention("U0CAROL", "C0ONCALL", card, "retry");
  await told(trial, "U0CAROL", "carol may not upgrade 2 of these 2 agents");
  trial.slack.acts.mention("U0BOB", "C0ONCALL", card, "retry --cause jar-permission");
  await told(trial, "U0BOB", "prod-1: 2 agents are tried again");
  await until("web-1 to be asked again", () => fleet.find("web-1")?.accepted === 1, 30_000);
  await cardSays(trial, "prod-1: finished", 60_000);
  trial.slack.acts.mention("U0ALICE", "C0ONCALL", card, "retry");
  const plan = await told(trial, "U0ALICE", "prod-1 has ended, so this is a plan of its own.");
  trial.deploy.setFault("web-2", undefined);
  trial.slack.acts.press("U0ALICE", plan, "Start");
  await cardSays(trial, "prod-2: finished", 60_000);
  expect(["web-1", "web-2"].map((name) => fleet.find(name)?.accepted)).toEqual([1, 1]);
});
