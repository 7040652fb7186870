import { expect, test } from "vitest";
import { createPauseAges, processDeadlines } from "../../src/monitor/process-deadlines.ts";
import { createRelayNames } from "../../src/servers/relay-names.ts";
import { smallServer } from "../support/small-server.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const MINUTE = 60_000;

test("a pause that only a request has kept from its end is over with that request, and in the same moment", async () => {
  const plan = planOf([plannedAgent("a")]);
  const small = await smallServer(plan, { approvals: 1, pauseExpires: 20 * MINUTE });
  const { policy } = small.server;
  const serverUser = { id: "u", name: "alice" };
  const base = { rollout: "prod-1", plan, requester: "U0ALICE", serverUser, channel: "C", policy, size: 1 };
  await small.write(
    "rollout.prod-1",
    { type: "rollout.paused", data: { by: "drydock", kind: "policy", causes: [] } },
    {
      type: "rollout.requested",
      data: { ...base, needed: 1, expiresAt: small.clock.now() + 30 * MINUTE, because: [] },
    },
  );
  const pauses = createPauseAges(small);
  const ports = { ...small, pauses, relayNames: createRelayNames(small) };
  await small.clock.advance(25 * MINUTE);
  await processDeadlines(small.projections, small.server, ports);
  expect(small.rollout().status).toBe("paused");
  await small.clock.advance(5 * MINUTE);
  await processDeadlines(small.projections, small.server, ports);
  expect(small.rollout()).toMatchObject({
    status: "stopping",
    stoppedBy: "drydock",
    request: { closed: { how: "expired" } },
  });
  pauses.stop();
});
