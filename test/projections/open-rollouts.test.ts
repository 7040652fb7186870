import fc from "fast-check";
import { expect, test } from "vitest";
import { openMemoryLedger } from "../../src/adapters/memory/memory-ledger.ts";
import type { NewEvent } from "../../src/model/events.ts";
import { isOpen } from "../../src/model/rollout/rollout.ts";
import { openProjections, type Projections } from "../../src/projections/projections.ts";
import { systemRandom } from "../../src/system.ts";
import { manualClock } from "../support/manual-clock.ts";
import { runs } from "../support/runs.ts";
import { planOf } from "../support/upgrades.ts";

const SERVERS = ["prod", "east"] as const;
const serverUser = { id: "u", name: "alice" };

function started(rollout: string, server: string): NewEvent {
  const plan = { ...planOf([]), server };
  return { type: "rollout.started", data: { rollout, plan, owner: "U0ALICE", serverUser, channel: "C" } };
}

const LATER: readonly NewEvent[] = [
  { type: "rollout.paused", data: { by: "U0ALICE", kind: "person", causes: [] } },
  { type: "rollout.stopped", data: { by: "U0ALICE" } },
  { type: "rollout.ended", data: {} },
  { type: "review.opened", data: { by: "U0ALICE", serverUser, reason: "fire", agents: 1 } },
  { type: "review.closed", data: { by: "U0BOB", serverUser, note: "seen" } },
];

async function write(projections: Projections, rollout: string, event: NewEvent): Promise<void> {
  await projections.change(() => [{ stream: `rollout.${rollout}`, actor: "U0ALICE", events: [event] }]);
}

const step = fc.record({ server: fc.constantFrom(...SERVERS), n: fc.nat(3), event: fc.constantFrom(...LATER) });

test("after every event the open rollouts are those that are not over or wait for a review, in the order in which they were opened", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const ports = { clock: manualClock(1_000), random: systemRandom };
      const ledger = openMemoryLedger();
      const projections = await openProjections(ledger, ports);
      let expected: readonly string[] = [];
      for (const { server, n, event } of steps) {
        const id = `${server}-${n}`;
        await write(projections, id, projections.rollouts.has(id) ? event : started(id, server));
        const now = [...projections.rollouts.values()].filter(isOpen).map((rollout) => rollout.id);
        expected = [...expected.filter((one) => now.includes(one)), ...now.filter((one) => !expected.includes(one))];
        expect(projections.openRollouts().map((rollout) => rollout.id)).toEqual(expected);
        for (const name of SERVERS)
          expect(projections.openRollouts(name)).toEqual(
            projections.openRollouts().filter(({ plan }) => plan.server === name),
          );
      }
      const again = await openProjections(ledger, ports);
      expect(again.openRollouts()).toEqual(projections.openRollouts());
    }),
    { numRuns: runs(50, 1_000) },
  );
});

test("an ended rollout is open until its emergency is reviewed", async () => {
  const projections = await openProjections(openMemoryLedger(), { clock: manualClock(1_000), random: systemRandom });
  const open = () => projections.openRollouts("prod").map(({ id }) => id);
  await write(projections, "prod-1", started("prod-1", "prod"));
  await write(projections, "prod-1", {
    type: "review.opened",
    data: { by: "U0ALICE", serverUser, reason: "fire", agents: 1 },
  });
  await write(projections, "prod-1", { type: "rollout.ended", data: {} });
  expect(open()).toEqual(["prod-1"]);
  await write(projections, "prod-1", { type: "review.closed", data: { by: "U0BOB", serverUser, note: "seen" } });
  expect(open()).toEqual([]);
  expect(projections.rollouts.get("prod-1")?.status).toBe("ended");
});
