import { expect, test } from "vitest";
import { cause } from "../../src/core/cause.ts";
import { createWaitingRoom } from "../../src/monitor/waiting-room.ts";
import { smallServer } from "../support/small-server.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const MINUTE = 60_000;

/** Two agents that are offline and waited for, beside one that is up. */
async function waiting() {
  const away = ["x", "y"].map((id) => plannedAgent(id, { status: "offline" }));
  const small = await smallServer({ ...planOf([plannedAgent("a")]), waiting: away });
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
