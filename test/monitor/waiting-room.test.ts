import { expect, test } from "vitest";
import { cause } from "../../src/core/cause.ts";
import type { Policy } from "../../src/model/policy.ts";
import { createPauseAges, processDeadlines } from "../../src/monitor/process-deadlines.ts";
import { createWaitingRoom } from "../../src/monitor/waiting-room.ts";
import { createRelayNames } from "../../src/servers/relay-names.ts";
import { smallServer } from "../support/small-server.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const MINUTE = 60_000;

/** Two agents that are offline and waited for, beside one that is up. */
async function waiting(given: Partial<Policy> = {}) {
  const away = ["x", "y"].map((id) => plannedAgent(id, { status: "offline" }));
  const small = await smallServer({ ...planOf([plannedAgent("a")]), waiting: away }, given);
  for (const { id } of away) small.show(id, "offline");
  const room = createWaitingRoom(small);
  return {
    ...small,
    async look(...ids: readonly string[]) {
      const agents = await small.server.urbancode.list();
      await room.look(
        small.server,
        agents.filter(({ id }) => ids.includes(id)),
      );
    },
    waited: () => (small.rollout().plan.waiting ?? []).map(({ id }) => id),
  };
}

test("a list without anybody drops nobody, however long it stays so", async () => {
  const server = await waiting();
  for (let i = 0; i < 10; i += 1) {
    await server.look();
    await server.clock.advance(MINUTE);
  }
  expect(server.waited()).toEqual(["x", "y"]);
});

test("who is not listed is dropped only when that lasts", async () => {
  const server = await waiting();
  await server.look("a", "x");
  await server.clock.advance(1.5 * MINUTE);
  await server.look("a", "x", "y");
  await server.clock.advance(1.5 * MINUTE);
  await server.look("a", "x");
  await server.clock.advance(1.5 * MINUTE);
  await server.look("a", "x");
  expect(server.waited()).toEqual(["x", "y"]);
  await server.clock.advance(MINUTE / 2);
  await server.look("a", "x");
  expect(server.waited()).toEqual(["x"]);
  expect(server.rollout().guards.absent).toEqual([{ id: "y", name: "y", why: cause("not-listed") }]);
});

test("the wall clock drops nobody when somebody sets it", async () => {
  const server = await waiting();
  await server.look("a", "x");
  server.clock.jump(60 * MINUTE);
  await server.look("a", "x");
  expect(server.waited()).toEqual(["x", "y"]);
  server.clock.jump(-120 * MINUTE);
  await server.clock.advance(2 * MINUTE);
  await server.look("a", "x");
  expect(server.waited()).toEqual(["x"]);
});

test("a request for the agents that are left asks for those that are waited for too, and drops none", async () => {
  const small = await waiting({ approvals: 1 });
  // Drydock was away for that time, and the rules got stricter meanwhile.
  await small.clock.advance(small.server.policy.approvalCovers);
  const ports = { ...small, pauses: createPauseAges(small), relayNames: createRelayNames(small) };
  await processDeadlines(small.projections, small.server, ports);
  expect([small.rollout().status, small.rollout().request?.needed]).toEqual(["paused", 1]);
  expect([small.waited(), small.rollout().guards.absent]).toEqual([["x", "y"], []]);
});
