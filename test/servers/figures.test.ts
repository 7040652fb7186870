import { expect, test } from "vitest";
import { createMemoryStatuses } from "../../src/adapters/memory/memory-statuses.ts";
import { figuresOf } from "../../src/servers/figures.ts";
import type { ServerStatus } from "../../src/servers/server-status.ts";
import { smallServer } from "../support/small-server.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

test("an approved request waits for no approval, whatever else it waits for", async () => {
  const { write, clock, ...small } = await smallServer(planOf([plannedAgent("a")]), { approvals: 1 });
  const { server } = small;
  const statuses = createMemoryStatuses<ServerStatus>({ clock });
  const pending = () => figuresOf(server, { ...small, statuses }, clock.now()).pendingApprovals;
  const plan = planOf([plannedAgent("b")]);
  const serverUser = { id: "u-alice", name: "alice" };
  const asked = { rollout: "prod-2", plan, requester: "U0ALICE", serverUser, channel: "C", because: null };
  const rules = { policy: server.policy, size: 1, needed: 1, expiresAt: clock.now() + 3_600_000 };
  await write("rollout.prod-2", { type: "rollout.requested", data: { ...asked, ...rules } });
  expect(pending()).toBe(1);
  const approval = { by: "U0BOB", serverUser: { id: "u-bob", name: "bob" }, round: 1, hash: plan.hash };
  await write("rollout.prod-2", { type: "rollout.approved", data: approval });
  expect(pending()).toBe(0);
});
