import fc from "fast-check";
import { expect, test } from "vitest";
import type { NewEvent } from "../../src/model/events.ts";
import { upgradeId } from "../../src/model/upgrade/upgrade.ts";
import { onUpgrade } from "../../src/projections/change.ts";
import { progressOf } from "../../src/projections/rollout-progress.ts";
import { runs } from "../support/runs.ts";
import { smallServer } from "../support/small-server.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const AGENTS = ["a", "b", "c"] as const;

test("how far a rollout has come is counted again after each change, and only then", async () => {
  const step = fc.record({
    agent: fc.constantFrom(...AGENTS),
    attempt: fc.constantFrom(1, 2),
    outcome: fc.constantFrom("verified", "never-offline", "refused"),
    stops: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
      const { projections, write, rollout } = await smallServer(planOf(AGENTS.map((id) => plannedAgent(id))));
      for (const { agent, attempt, outcome, stops } of steps) {
        const id = upgradeId(rollout().id, agent, attempt);
        const data = { rollout: rollout().id, server: "prod", agent: { id: agent, name: agent }, attempt, from: "6" };
        const event: NewEvent = projections.upgrade(id)
          ? { type: "upgrade.outcome", data: { outcome, detail: null, holdsSlot: false } }
          : { type: "upgrade.intended", data };
        if (stops && rollout().status === "running")
          await write(`rollout.${rollout().id}`, { type: "rollout.stopped", data: { by: "U0" } });
        await projections.change(() => [onUpgrade(id, [event])]);
        const newest = projections.newestAttempts(rollout());
        const attempts = AGENTS.flatMap((one) => projections.attempts(rollout().id, one).at(-1) ?? []);
        expect(newest).toEqual(attempts);
        expect(projections.newestAttempts(rollout())).toBe(newest);
        // A copy was not counted before.
        expect(progressOf(projections, rollout())).toEqual(progressOf(projections, { ...rollout() }));
        expect(progressOf(projections, rollout())).toBe(progressOf(projections, rollout()));
      }
    }),
    { numRuns: runs(50, 1_000) },
  );
});
