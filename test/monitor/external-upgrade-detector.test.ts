import { describe, expect, test } from "vitest";
import { createExternalUpgradeDetector } from "../../src/monitor/external-upgrade-detector.ts";
import { smallServer } from "../support/small-server.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const MINUTE = 60_000;
const IDS = ["a", "b", "c"];

/** A rollout that has begun none of its agents, on a server that is read again and again. */
async function looking() {
  const small = await smallServer(planOf(IDS.map((id) => plannedAgent(id))));
  const open = () => createExternalUpgradeDetector(small.server, small);
  let detector = open();
  const read = async () => detector.whole(await small.server.urbancode.list(), new AbortController().signal);
  return {
    ...small,
    read,
    blind: () => detector.blind(),
    /** A list that lacks some agents. */
    async readWithout(...lacked: readonly string[]) {
      const agents = await small.server.urbancode.list();
      await detector.whole(
        agents.filter(({ id }) => !lacked.includes(id)),
        new AbortController().signal,
      );
    },
    readNobody: () => detector.whole([], new AbortController().signal),
    restart: () => {
      detector = open();
    },
    async readFor(minutes: number) {
      for (let i = 0; i < 2 * minutes; i += 1) {
        await small.clock.advance(MINUTE / 2);
        await read();
      }
    },
    external: () => small.projections.server("prod").external,
  };
}

test("an agent that is offline for an hour is no doubt after an outage: it was so before", async () => {
  const server = await looking();
  await server.readFor(1);
  server.show("a", "offline");
  await server.readFor(60);
  expect(server.external()).toMatchObject({ upgrading: new Map(), ambiguous: undefined });
  server.blind();
  await server.clock.advance(10 * MINUTE);
  await server.read();
  expect(server.external().ambiguous).toBeUndefined();
});

test("nor is one that had dropped before a wider outage, and its status was read since the plan", async () => {
  const server = await looking();
  server.show("a", "connecting");
  await server.readFor(1);
  server.show("a", "offline");
  server.blind();
  await server.clock.advance(10 * MINUTE);
  await server.read();
  expect(server.external().ambiguous).toBeUndefined();
});

test("nor after a restart; what drops while nobody looks is one, and what a later plan saw connected counts anew", async () => {
  const server = await looking();
  await server.readFor(1);
  server.show("a", "offline");
  await server.readFor(60);
  server.restart();
  server.show("b", "offline");
  await server.clock.advance(10 * MINUTE);
  await server.read();
  expect([...(server.external().ambiguous?.agents.keys() ?? [])]).toEqual(["b"]);
  await server.write("rollout.prod-2", {
    type: "rollout.started",
    data: {
      rollout: "prod-2",
      plan: planOf([plannedAgent("a")]),
      owner: "U0ALICE",
      serverUser: { id: "u", name: "alice" },
      channel: "C",
    },
  });
  server.restart();
  await server.read();
  expect([...(server.external().ambiguous?.agents.keys() ?? [])]).toEqual(["b", "a"]);
});

test("a list without anybody is as if nobody had looked: slots stay taken, and who drops meanwhile is a doubt", async () => {
  const server = await looking();
  await server.readFor(1);
  server.show("a", "offline");
  await server.read();
  await server.readNobody();
  expect([...server.external().upgrading.keys()]).toEqual(["a"]);
  server.show("b", "offline");
  await server.read();
  const { upgrading, ambiguous } = server.external();
  expect([[...upgrading.keys()], ambiguous?.kind, [...(ambiguous?.agents.keys() ?? [])]]).toEqual([
    ["a"],
    "gap",
    ["b"],
  ]);
});

test("a list that is short once frees no slot, and hides no agent that drops meanwhile", async () => {
  const server = await looking();
  const counted = () => [...server.external().upgrading.keys()];
  await server.readFor(1);
  server.show("a", "offline");
  await server.read();
  await server.readWithout("a", "b");
  expect(counted()).toEqual(["a"]);
  server.show("b", "offline");
  await server.read();
  expect(counted()).toEqual(["a", "b"]);
  await server.readWithout("a");
  await server.readWithout("a");
  expect(counted()).toEqual(["b"]);
});

test("an agent that two lists in a row lacked has not dropped if the next shows it offline", async () => {
  const server = await looking();
  await server.readFor(1);
  await server.readWithout("a");
  await server.readWithout("a");
  server.show("a", "offline");
  await server.read();
  expect(server.external()).toMatchObject({ upgrading: new Map(), ambiguous: undefined });
});

test.each([3 * 60 * MINUTE, -3 * 60 * MINUTE])(
  "a wall clock that is set %i ms on frees no slot and keeps none for longer",
  async (jump) => {
    const server = await looking();
    await server.readFor(1);
    server.show("a", "offline");
    await server.readFor(1);
    server.clock.jump(jump);
    await server.readFor(28);
    expect([...server.external().upgrading.keys()]).toEqual(["a"]);
    await server.readFor(2);
    expect([...server.external().upgrading.keys()]).toEqual([]);
  },
);

test("a wall clock that is set hides no gap, and makes none", async () => {
  const server = await looking();
  await server.readFor(1);
  server.clock.jump(-60 * MINUTE);
  await server.clock.advance(10 * MINUTE);
  server.show("a", "offline");
  await server.read();
  expect(server.external().ambiguous?.kind).toBe("gap");
  server.clock.jump(120 * MINUTE);
  server.show("b", "offline");
  await server.readFor(1);
  expect([...server.external().upgrading.keys()]).toEqual(["b"]);
});

test("what a plan saw connected counts anew, also if the wall clock was set back before the plan", async () => {
  const server = await looking();
  await server.readFor(1);
  server.show("a", "offline");
  await server.readFor(60);
  server.clock.jump(-24 * 60 * MINUTE);
  await server.clock.advance(10 * MINUTE);
  const plan = planOf([plannedAgent("a")]);
  const serverUser = { id: "u", name: "alice" };
  await server.write("rollout.prod-2", {
    type: "rollout.started",
    data: { rollout: "prod-2", plan, owner: "U0ALICE", serverUser, channel: "C" },
  });
  await server.read();
  expect([...(server.external().ambiguous?.agents.keys() ?? [])]).toEqual(["a"]);
});

describe("trouble from before the rollout", () => {
  const serverUser = { id: "u", name: "alice" };
  const rest = { plan: planOf([plannedAgent("b")]), owner: "U0ALICE", serverUser, channel: "C" };
  const next = { type: "rollout.started", data: { rollout: "prod-2", ...rest } } as const;

  async function idleFor(minutes: number) {
    const server = await looking();
    await server.read();
    await server.write("rollout.prod-1", { type: "rollout.ended", data: {} });
    server.blind();
    server.show("a", "offline");
    await server.clock.advance(minutes * MINUTE);
    await server.write("rollout.prod-2", next);
    return server;
  }

  test.each([1, 60])("raises no doubt about an agent that was switched off meanwhile (%i min)", async (minutes) => {
    const server = await idleFor(minutes);
    await server.read();
    expect(server.external().ambiguous).toBeUndefined();
  });

  test("does not hide trouble that comes before the first reading", async () => {
    const server = await idleFor(60);
    server.blind();
    server.show("b", "offline");
    await server.read();
    expect(server.external().ambiguous?.agents.has("b")).toBe(true);
  });
});
