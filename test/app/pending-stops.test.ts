import { expect, test } from "vitest";
import { createPendingStops } from "../../src/app/rollouts/pending-stops.ts";
import { smallServer } from "../support/small-server.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

test("a stop that could not be written down is not taken back by a pause that follows, and is written once it can be", async () => {
  const small = await smallServer(planOf([plannedAgent("a")]));
  const pendingStops = createPendingStops(small.projections);
  pendingStops.keep("prod-1", "U0ALICE", { type: "rollout.stopped", data: { by: "U0ALICE" } });
  pendingStops.keep("prod-1", "U0BOB", {
    type: "rollout.paused",
    data: { by: "U0BOB", kind: "person", causes: [] },
  });
  expect(pendingStops.holds("prod-1")).toBe(true);
  await pendingStops.flush();
  expect(small.rollout().status).toBe("stopping");
  expect(pendingStops.holds("prod-1")).toBe(false);
});
