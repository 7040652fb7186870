import { expect } from "vitest";
import { test } from "../support/e2e.ts";

test("@drydock retry in a rollout's thread: its failed agents, also without its ID; of one that has ended as a plan", async ({
  start,
}) => {
  const agents = [
    { name: "web-1", fault: "refused" as const },
    { name: "web-2", fault: "refused" as const },
    { name: "web-3", fault: "late-back" as const },
    { name: "web-4", fault: "refused" as const },
  ];
  const trial = await start({ deploy: { agents }, server: ["breaker: off"] });
  const { fleet } = trial.deploy;
  await trial.startRollout();
  const failed = await trial.message("prod-1/failed-jar-permission");
  const card = await trial.message("prod-1/card");
  trial.deploy.setFault("web-1", undefined);
  // Somebody without the rights, and then somebody with them.
  trial.mention("U0CAROL", card, "retry");
  await trial.told("U0CAROL", "error.no-permission");
  trial.mention("U0BOB", card, "retry --cause jar-permission");
  await trial.told("U0BOB", "retried");
  await trial.ended("prod-1");
  // An agent that is gone does not stand in the way of the others.
  trial.deploy.conditions.oddNames = { "web-4": null };
  await trial.button(card, "plan-rest");
  trial.press("U0BOB", card, "plan-rest");
  const rest = await trial.told("U0BOB", "plan");
  for (const part of ["3 agents are left of prod-1. Drydock found 2 of them", "web-2", "rest of prod-1"])
    expect(rest).toContain(part);
  trial.mention("U0ALICE", card, "retry");
  await trial.told("U0ALICE", "plan");
  trial.deploy.setFault("web-2", undefined);
  trial.press("U0ALICE", await trial.plan("U0ALICE"), "start");
  await trial.ended("prod-2");
  expect(["web-1", "web-2"].map((name) => fleet.find(name)?.accepted)).toEqual([1, 1]);
  expect(failed.thread).toBe(card.ts);
});
