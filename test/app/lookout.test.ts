import { expect, test } from "vitest";
import { createLookout } from "../../src/app/servers/lookout.ts";
import { smallSite } from "../support/small-site.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const MINUTE = 60_000;
const IDS = ["a", "b", "c"];

/** A rollout that has begun none of its agents, on a server that is read again and again. */
async function looking() {
  const small = await smallSite(planOf(IDS.map((id) => plannedAgent(id))));
  const open = () => createLookout(small.site, small);
  let lookout = open();
  const read = async () => lookout.whole(await small.site.urbancode.list(), new AbortController().signal);
  return {
    ...small,
    read,
    blind: () => lookout.blind(),
    readNobody: () => lookout.whole([], new AbortController().signal),
    restart: () => {
      lookout = open();
    },
    async readFor(minutes: number) {
      for (let i = 0; i < 2 * minutes; i += 1) {
        await small.clock.advance(MINUTE / 2);
        await read();
      }
    },
    elsewhere: () => small.board.server("prod").elsewhere,
  };
}

test("an agent that is offline for an hour is no doubt after an outage: it was so before", async () => {
  const site = await looking();
  await site.readFor(1);
  site.show("a", "offline");
  await site.readFor(60);
  expect(site.elsewhere()).toMatchObject({ upgrading: new Map(), doubt: undefined });
  site.blind();
  await site.clock.advance(10 * MINUTE);
  await site.read();
  expect(site.elsewhere().doubt).toBeUndefined();
});

test("nor is one that had dropped before a wider outage, and its status was read since the plan", async () => {
  const site = await looking();
  site.show("a", "connecting");
  await site.readFor(1);
  site.show("a", "offline");
  site.blind();
  await site.clock.advance(10 * MINUTE);
  await site.read();
  expect(site.elsewhere().doubt).toBeUndefined();
});

test("nor after a restart; what drops while nobody looks is one, and what a later plan saw connected counts anew", async () => {
  const site = await looking();
  await site.readFor(1);
  site.show("a", "offline");
  await site.readFor(60);
  site.restart();
  site.show("b", "offline");
  await site.clock.advance(10 * MINUTE);
  await site.read();
  expect([...(site.elsewhere().doubt?.agents.keys() ?? [])]).toEqual(["b"]);
  await site.write("rollout.prod-2", {
    type: "rollout.started",
    data: {
      rollout: "prod-2",
      plan: planOf([plannedAgent("a")]),
      owner: "U0ALICE",
      serverUser: { id: "u", name: "alice" },
      channel: "C",
    },
  });
  site.restart();
  await site.read();
  expect([...(site.elsewhere().doubt?.agents.keys() ?? [])]).toEqual(["b", "a"]);
});

test("a list without anybody is as if nobody had looked: slots stay taken, and who drops meanwhile is a doubt", async () => {
  const site = await looking();
  await site.readFor(1);
  site.show("a", "offline");
  await site.read();
  await site.readNobody();
  expect([...site.elsewhere().upgrading.keys()]).toEqual(["a"]);
  site.show("b", "offline");
  await site.read();
  const { upgrading, doubt } = site.elsewhere();
  expect([[...upgrading.keys()], doubt?.kind, [...(doubt?.agents.keys() ?? [])]]).toEqual([["a"], "gap", ["b"]]);
});

test.each([3 * 60 * MINUTE, -3 * 60 * MINUTE])(
  "a wall clock that is set %i ms on frees no slot and keeps none for longer",
  async (jump) => {
    const site = await looking();
    await site.readFor(1);
    site.show("a", "offline");
    await site.readFor(1);
    site.clock.jump(jump);
    await site.readFor(28);
    expect([...site.elsewhere().upgrading.keys()]).toEqual(["a"]);
    await site.readFor(2);
    expect([...site.elsewhere().upgrading.keys()]).toEqual([]);
  },
);

test("a wall clock that is set hides no gap, and makes none", async () => {
  const site = await looking();
  await site.readFor(1);
  site.clock.jump(-60 * MINUTE);
  await site.clock.advance(10 * MINUTE);
  site.show("a", "offline");
  await site.read();
  expect(site.elsewhere().doubt?.kind).toBe("gap");
  site.clock.jump(120 * MINUTE);
  site.show("b", "offline");
  await site.readFor(1);
  expect([...site.elsewhere().upgrading.keys()]).toEqual(["b"]);
});

test("what a plan saw connected counts anew, also if the wall clock was set back before the plan", async () => {
  const site = await looking();
  await site.readFor(1);
  site.show("a", "offline");
  await site.readFor(60);
  site.clock.jump(-24 * 60 * MINUTE);
  await site.clock.advance(10 * MINUTE);
  const plan = planOf([plannedAgent("a")]);
  const serverUser = { id: "u", name: "alice" };
  await site.write("rollout.prod-2", {
    type: "rollout.started",
    data: { rollout: "prod-2", plan, owner: "U0ALICE", serverUser, channel: "C" },
  });
  await site.read();
  expect([...(site.elsewhere().doubt?.agents.keys() ?? [])]).toEqual(["a"]);
});
