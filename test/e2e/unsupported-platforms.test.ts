import { expect } from "vitest";
import { renderText } from "../../playground/slack/block-kit.ts";
import { test } from "../support/e2e.ts";

const BEFORE = "7.0.5.2.1050384";

test("agents on z/OS are left out; inactive ones are taken where the server takes them and they are asked for", async ({
  start,
}) => {
  const agents = [
    { name: "web-1", os: "Linux" },
    { name: "old-1", os: "Linux", active: false },
    { name: "mf-1", os: "z/OS" },
  ];
  const trial = await start({
    deploy: { agents, serverVersion: BEFORE },
    others: { later: { agents, serverVersion: "7.2.3.1.1150420" } },
  });
  const { fleet, conditions } = trial.deploy;
  conditions.inactiveLinks = true;
  trial.say("U0ALICE", "upgrade * --server later --include-inactive");
  await trial.told("U0ALICE", "error.inactive-refused");
  const without = await trial.planOf("U0ALICE", "upgrade * --server prod", "adjust");
  expect(renderText(without)).not.toContain("old-1");
  const plan = await trial.planOf("U0ALICE", "upgrade * --server prod --include-inactive", "adjust");
  for (const name of ["old-1", "mf-1", "z/OS"]) expect(renderText(plan)).toContain(name);
  trial.press("U0ALICE", plan, "adjust");
  await trial.submit("U0ALICE", { reason: "patch night" });
  expect(await trial.told("U0ALICE", "plan")).toContain("old-1");
  trial.press("U0ALICE", await trial.plan("U0ALICE"), "start");
  expect(await trial.ended("prod-1")).toEqual({ "web-1": "verified", "old-1": "verified" });
  expect(fleet.find("mf-1")?.accepted).toBe(0);
  expect(fleet.find("old-1")?.accepted).toBe(1);
});

test("one that no plan asked is asked before its turn, and skipped with the reason", async ({ start }) => {
  // A plan asks 100 agents what they run on. These are refused, so that their turns are over quickly.
  const agents = Array.from({ length: 101 }, (_, i) => ({
    name: `web-${String(i).padStart(3, "0")}`,
    fault: "refused" as const,
  }));
  const trial = await start({
    deploy: { agents: [...agents, { name: "web-999", os: "z/OS" }] },
    server: ["breaker: off"],
  });
  await trial.startRollout();
  const outcomes = await trial.ended("prod-1");
  expect(outcomes["web-999"]).toBe("skipped");
  expect(Object.values(outcomes).filter((outcome) => outcome === "refused")).toHaveLength(101);
});
