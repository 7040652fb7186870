import { expect, test } from "vitest";
import { createPlans } from "../../../src/features/plan/plans.ts";
import { createReadRest } from "../../../src/features/rollout/read-rest.ts";
import { todayOn } from "../../../src/servers/today-on.ts";
import { smallServer } from "../../support/small-server.ts";
import { plannedAgent, planOf } from "../../support/upgrades.ts";

/** What an event would hold of the rights that are read for the rest of the rollout. */
async function judged(small: Awaited<ReturnType<typeof smallServer>>) {
  const { server, clock } = small;
  const readRest = createReadRest({
    ...small,
    plans: createPlans(small),
    readApprovers: async () => ({ approvers: [], lost: [] }),
  });
  const readAt = clock.monotonic();
  const { by, ...read } = await readRest(server, small.rollout(), "U0ALICE");
  return todayOn(server, small, { ...read, owner: by, readAt }).judged;
}

test("rights on the rest of a rollout are claimed only if some of it still waits, so that they were read", async () => {
  const small = await smallServer(planOf([plannedAgent("a")]));
  expect(await judged(small)).toMatchObject({ owner: { person: "U0ALICE" }, lacking: { permissions: [], age: 0 } });

  const data = { rollout: "prod-1", server: "prod", agent: { id: "a", name: "a" }, attempt: 1, from: "6.2.7.1.1" };
  await small.write("upgrade.prod-1.a.1", { type: "upgrade.intended", data });
  const afterwards = await judged(small);
  expect(afterwards).toMatchObject({ owner: { person: "U0ALICE" } });
  expect(afterwards).not.toHaveProperty("lacking");
});

test("they are claimed also of agents that the rollout has, as every one that runs", async () => {
  const small = await smallServer(planOf([plannedAgent("a")]));
  await small.write("server.prod", { type: "agents.claimed", data: { rollout: "prod-1", agents: ["a"] } });
  expect(await judged(small)).toMatchObject({ lacking: { permissions: [], age: 0 } });
});
