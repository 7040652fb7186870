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

test("what happens to an upgrade that has begun walks no plan, however long it is", async () => {
  const { projections, rollout } = await smallServer(planOf(AGENTS.map((id) => plannedAgent(id))));
  let reads = 0;
  const agents = new Proxy(rollout().plan.agents, {
    get(target, name) {
      reads += 1;
      return Reflect.get(target, name);
    },
  });
  const newest = () => projections.newestAttempts({ ...rollout(), plan: { ...rollout().plan, agents } });
  const idOf = (agent: string) => upgradeId(rollout().id, agent, 1);
  for (const agent of ["c", "a"]) {
    const data = { rollout: rollout().id, server: "prod", agent: { id: agent, name: agent }, attempt: 1, from: "6" };
    await projections.change(() => [onUpgrade(idOf(agent), [{ type: "upgrade.intended", data }])]);
  }
  expect(newest().map(({ agent }) => agent.id)).toEqual(["a", "c"]);
  reads = 0;
  const data = { outcome: "verified", detail: null, holdsSlot: false } as const;
  await projections.change(() => [onUpgrade(idOf("a"), [{ type: "upgrade.outcome", data }])]);
  expect(newest().map(({ outcome }) => outcome?.kind)).toEqual(["verified", undefined]);
  expect(reads).toBe(0);
});
