import { expect, test } from "vitest";
import { cause } from "../../../src/core/cause.ts";
import { createPlans } from "../../../src/features/plan/plans.ts";
import { createRetrier } from "../../../src/features/retry/retrier.ts";
import { narrowPlan } from "../../../src/model/plan/make-plan.ts";
import { failuresOf } from "../../../src/projections/rollout-progress.ts";
import { policyWith } from "../../support/policy.ts";
import { smallServer } from "../../support/small-server.ts";
import { plannedAgent, planOf } from "../../support/upgrades.ts";

async function failing(agents: readonly string[], waiting: readonly string[] = []) {
  const planned = agents.map((id) => plannedAgent(id));
  const away = waiting.map((id) => plannedAgent(id, { status: "offline" }));
  const small = await smallServer(narrowPlan(planOf(planned), policyWith(), planned, away));
  const { projections, server, authorize, identities, clock } = small;
  const fail = (id: string) =>
    small.write(
      `upgrade.prod-1.${id}.1`,
      {
        type: "upgrade.intended",
        data: { rollout: "prod-1", server: "prod", agent: { id, name: id }, attempt: 1, from: "6.2.7.1.1" },
      },
      {
        type: "upgrade.outcome",
        data: { outcome: "refused", detail: cause("server-said", { text: "no" }), holdsSlot: false },
      },
    );
  await fail("a");
  const plans = createPlans({ projections, authorize, clock });
  const retrier = createRetrier({
    projections,
    servers: new Map([["prod", server]]),
    plans: {
      ...plans,
      async read(asked) {
        const plan = await plans.read(asked);
        if (agents.includes("b")) await fail("b");
        return plan;
      },
    },
    identities,
    visibility: { failures: async (_server, rollout) => failuresOf(projections, rollout) },
    clock,
  });
  return { small, retry: () => retrier.retry(server, "prod-1", { person: "U0ALICE", id: "c1" }, undefined) };
}

test("an agent that fails while the rights on the others are read is not retried: no one confirmed it", async () => {
  const { small, retry } = await failing(["a", "b"]);
  expect((await retry()).retried.map(({ id }) => id)).toEqual(["a"]);
  expect([...small.rollout().guards.retries.keys()]).toEqual(["a"]);
});

test("an agent that is offline now is named, also in a rollout that waits for others", async () => {
  const { small, retry } = await failing(["a"], ["w"]);
  small.show("a", "offline");
  await expect(retry()).rejects.toThrow("a: offline");
});
