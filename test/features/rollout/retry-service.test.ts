import { expect, test } from "vitest";
import { cause } from "../../../src/core/cause.ts";
import { createPlans } from "../../../src/features/plan/plans.ts";
import { createRetrier } from "../../../src/features/rollout/retry-service.ts";
import { failuresOf } from "../../../src/projections/rollout-progress.ts";
import { smallServer } from "../../support/small-server.ts";
import { plannedAgent, planOf } from "../../support/upgrades.ts";

test("an agent that fails while the rights on the others are read is not retried: no one confirmed it", async () => {
  const small = await smallServer(planOf(["a", "b"].map((id) => plannedAgent(id))));
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
        await fail("b");
        return plan;
      },
    },
    identities,
    visibility: { failures: async (_server, rollout) => failuresOf(projections, rollout) },
    clock,
  });
  const { retried } = await retrier.retry(server, "prod-1", { person: "U0ALICE", id: "c1" }, undefined);
  expect(retried.map(({ id }) => id)).toEqual(["a"]);
  expect([...(projections.rollouts.get("prod-1")?.guards.retries.keys() ?? [])]).toEqual(["a"]);
});
