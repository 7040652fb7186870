import { expect, test } from "vitest";
import { createHalts } from "../../src/app/rollouts/halts.ts";
import { smallSite } from "../support/small-site.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

test("a stop that could not be written down is not taken back by a pause that follows, and is written once it can be", async () => {
  const site = await smallSite(planOf([plannedAgent("a")]));
  const halts = createHalts(site.board);
  halts.keep("prod-1", "U0ALICE", { type: "rollout.stopped", data: { by: "U0ALICE" } });
  halts.keep("prod-1", "U0BOB", {
    type: "rollout.paused",
    data: { by: "U0BOB", kind: "person", sentence: "Paused." },
  });
  expect(halts.holds("prod-1")).toBe(true);
  await halts.flush();
  expect(site.rollout().status).toBe("stopping");
  expect(halts.holds("prod-1")).toBe(false);
});
