import { expect, test } from "vitest";
import { createWaitingRoom } from "../../src/app/rollouts/waiting-room.ts";
import { waitingRoom } from "../../src/domain/rollouts/waiting.ts";
import { smallSite } from "../support/small-site.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const MINUTE = 60_000;

/** Two agents that are offline and waited for, beside one that is up. */
async function waiting() {
  const away = ["x", "y"].map((id) => plannedAgent(id, { status: "offline" }));
  const small = await smallSite({ ...planOf([plannedAgent("a")]), waiting: away });
  for (const { id } of away) small.show(id, "offline");
  const room = createWaitingRoom(small);
  return {
    ...small,
    async look(...ids: readonly string[]) {
      const agents = await small.site.urbancode.list();
      await room.look(
        small.site,
        agents.filter(({ id }) => ids.includes(id)),
      );
    },
    waited: () => waitingRoom(small.rollout()).map(({ id }) => id),
  };
}

test("a list without anybody drops nobody, however long it stays so", async () => {
  const site = await waiting();
  for (let i = 0; i < 10; i += 1) {
    await site.look();
    await site.clock.advance(MINUTE);
  }
  expect(site.waited()).toEqual(["x", "y"]);
});

test("who is not listed is dropped only when that lasts", async () => {
  const site = await waiting();
  await site.look("a", "x");
  await site.clock.advance(1.5 * MINUTE);
  await site.look("a", "x", "y");
  await site.clock.advance(1.5 * MINUTE);
  await site.look("a", "x");
  await site.clock.advance(1.5 * MINUTE);
  await site.look("a", "x");
  expect(site.waited()).toEqual(["x", "y"]);
  await site.clock.advance(MINUTE / 2);
  await site.look("a", "x");
  expect(site.waited()).toEqual(["x"]);
  expect(site.rollout().steering.absent).toEqual([{ id: "y", name: "y", why: "the server does not list it any more" }]);
});

test("the wall clock drops nobody when somebody sets it", async () => {
  const site = await waiting();
  await site.look("a", "x");
  site.clock.jump(60 * MINUTE);
  await site.look("a", "x");
  expect(site.waited()).toEqual(["x", "y"]);
  site.clock.jump(-120 * MINUTE);
  await site.clock.advance(2 * MINUTE);
  await site.look("a", "x");
  expect(site.waited()).toEqual(["x"]);
});
