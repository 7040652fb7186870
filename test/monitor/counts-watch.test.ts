import { afterEach, expect, test } from "vitest";
import { ServerError, type UrbanCode } from "../../src/model/deploy-server.ts";
import { openServerMonitor, type ServerMonitor } from "../../src/monitor/server-monitor.ts";
import { createWaitingRoom } from "../../src/monitor/waiting-room.ts";
import { keepLog } from "../support/silent-log.ts";
import { smallServer } from "../support/small-server.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const MINUTE = 60_000;
const OLD = "6.2.7.1.1";
const NEW = "7.2.0.0.1";
const IN_FLIGHT = ["a", "b", "c", "d"];

let monitor: ServerMonitor | undefined;
afterEach(() => monitor?.stop());

/** Four agents in flight and two that wait. Every request is counted. @param slots how many the server has. @param waiting who is offline and waited for. */
async function watched(
  statuses?: (real: UrbanCode["statuses"]) => UrbanCode["statuses"],
  slots = 10,
  waiting: readonly string[] = [],
) {
  const plan = planOf([...IN_FLIGHT, "x", "y"].map((id) => plannedAgent(id)));
  const away = waiting.map((id) => plannedAgent(id, { status: "offline" }));
  const small = await smallServer({ ...plan, waiting: away }, { slots });
  for (const { id } of away) small.show(id, "offline");
  const asked = { info: 0, list: 0 };
  const real = small.server.urbancode;
  const urbancode: UrbanCode = {
    ...real,
    statuses: statuses?.(real.statuses) ?? real.statuses,
    info(id) {
      asked.info += 1;
      return real.info(id);
    },
    list() {
      asked.list += 1;
      return real.list();
    },
  };
  monitor = openServerMonitor(
    { ...small.server, urbancode },
    {
      ...small,
      log: keepLog(),
      waitingRoom: createWaitingRoom(small),
      relayTurns: { look: async () => {}, blind: async () => {}, stop: () => {} },
      onReady: () => {},
    },
  );
  for (const id of IN_FLIGHT) {
    monitor.begins(id, "upgrade-required");
    const data = { rollout: "prod-1", server: "prod", agent: { id, name: id }, attempt: 1, from: OLD };
    await small.write(
      `upgrade.prod-1.${id}.1`,
      { type: "upgrade.intended", data },
      { type: "upgrade.triggered", data: { status: 200 } },
    );
  }
  await small.clock.advance(MINUTE);
  Object.assign(asked, { info: 0, list: 0 });
  return {
    ...small,
    asked,
    upgrade: (id: string) => small.projections.upgrade(`prod-1.${id}.1`),
    external: () => [...small.projections.server("prod").external.upgrading.keys()],
  };
}

test("while the counts stay, nothing else is asked; a change is found within 3 s, with a look at those that may have changed", async () => {
  const { clock, asked, show, upgrade } = await watched();
  await clock.advance(45_000);
  expect(asked).toEqual({ info: 0, list: 0 });
  show("c", "offline");
  await clock.advance(3_000);
  expect(upgrade("c")?.last?.status).toBe("offline");
  show("c", "online", NEW);
  await clock.advance(3_000);
  expect(upgrade("c")).toMatchObject({ outcome: { kind: "verified" }, holdsSlot: false });
  expect(asked.info).toBeLessThanOrEqual(5);
  expect(asked.list).toBe(0);
});

test("an agent that proved its upgrade is closed without a look while the counts show no change, and is lost if they do", async () => {
  const { clock, asked, show, upgrade, server } = await watched();
  for (const id of ["a", "b"]) show(id, "online", NEW);
  await clock.advance(3_000);
  show("b", "offline");
  await clock.advance(3_000);
  const before = asked.info;
  await clock.advance(server.deadlines.stable);
  expect(upgrade("a")?.closed).toBe(true);
  expect(upgrade("b")).toMatchObject({ closed: false, last: { status: "offline" } });
  // The three others that have not proven anything have a look of their own in two minutes.
  expect(asked.info - before).toBeLessThanOrEqual(3);
});

test("once no upgrade holds a slot, the counts are read as seldom as while nothing is in flight", async () => {
  let read = 0;
  const { clock, show, upgrade } = await watched((real) => () => {
    read += 1;
    return real();
  });
  for (const id of IN_FLIGHT) show(id, "online", NEW);
  await clock.advance(3_000);
  expect(IN_FLIGHT.map((id) => upgrade(id)?.holdsSlot)).toEqual([false, false, false, false]);
  read = 0;
  await clock.advance(MINUTE);
  expect(read).toBeGreaterThan(3);
  expect(read).toBeLessThanOrEqual(6);
});

test("what no agent in flight explains has the whole list read: an upgrade by others counts, and so does its end", async () => {
  const { clock, asked, show, external } = await watched();
  show("x", "offline");
  await clock.advance(6_000);
  expect([asked.list, external()]).toEqual([1, ["x"]]);
  show("x", "online", NEW);
  await clock.advance(MINUTE);
  expect(external()).toEqual([]);
});

test("an agent that is waited for, and is back and well, is let go once it has been so for two minutes", async () => {
  const { clock, show, rollout } = await watched(undefined, 10, ["m", "n"]);
  const waited = () => (rollout().plan.waiting ?? []).map(({ id }) => id);
  show("m", "online");
  await clock.advance(MINUTE);
  expect(waited()).toEqual(["m", "n"]);
  await clock.advance(2 * MINUTE);
  expect(waited()).toEqual(["n"]);
});

test("while every slot is taken, those that go offline are found together within 28 s, or once an agent is back", async () => {
  const { clock, asked, show, upgrade } = await watched(undefined, IN_FLIGHT.length);
  const shown = (id: string) => upgrade(id)?.last?.status;
  show("a", "offline");
  await clock.advance(20_000);
  show("b", "offline");
  expect(asked).toEqual({ info: 0, list: 0 });
  await clock.advance(8_000);
  expect([shown("a"), shown("b")]).toEqual(["offline", "offline"]);
  show("c", "offline");
  await clock.advance(6_000);
  expect(shown("c")).not.toBe("offline");
  show("a", "online", NEW);
  await clock.advance(3_000);
  expect([shown("a"), shown("c")]).toEqual(["online", "offline"]);
  expect(asked.list).toBe(0);
});

test("while every slot is taken, an upgrade by others is known within 30 s, and at once if an agent is back", async () => {
  const { clock, show, external, upgrade } = await watched(undefined, IN_FLIGHT.length);
  show("x", "offline");
  await clock.advance(29_000);
  expect(external()).toEqual(["x"]);
  show("a", "offline");
  await clock.advance(MINUTE);
  show("y", "offline");
  show("a", "online", NEW);
  await clock.advance(3_000);
  expect([external(), upgrade("a")?.holdsSlot]).toEqual([["x", "y"], false]);
});

test("more agents that go offline than were asked to upgrade are found out about at once", async () => {
  const { clock, asked, show, external } = await watched(undefined, IN_FLIGHT.length);
  for (const id of IN_FLIGHT) show(id, "offline");
  await clock.advance(28_000);
  show("x", "offline");
  await clock.advance(3_000);
  expect([asked.list, external()]).toEqual([1, ["x"]]);
});

test("two changes that hide each other in the counts are found by the next look at each", async () => {
  const { clock, show, upgrade } = await watched();
  show("a", "offline");
  await clock.advance(3_000);
  show("a", "online", NEW);
  show("y", "offline");
  show("b", "upgrade-required", NEW);
  await clock.advance(3 * MINUTE);
  expect(upgrade("a")?.outcome?.kind).toBe("verified");
});

test("counts that never change though agents do are believed no more: each agent is looked at in each round", async () => {
  const frozen = new Map([["upgrade-required", 6]] as const);
  const { clock, asked, show } = await watched(() => async () => frozen);
  for (const id of IN_FLIGHT) show(id, "offline");
  await clock.advance(2 * MINUTE + 10_000);
  for (const id of ["a", "b"]) {
    show(id, "connecting");
    await clock.advance(2 * MINUTE + 10_000);
  }
  Object.assign(asked, { info: 0 });
  await clock.advance(20_000);
  expect(asked.info).toBe(4 * IN_FLIGHT.length);
});

test.each([
  ["denied", 400],
  ["not-found", 404],
  ["unreadable", 200],
] as const)(
  "without counts (%s) the agents are looked at in each round and the list is read as often as before",
  async (fault, status) => {
    const { clock, asked } = await watched(() => () => Promise.reject(new ServerError(fault, "no", status)));
    await clock.advance(MINUTE);
    expect(asked).toEqual({ info: 12 * IN_FLIGHT.length, list: 2 });
  },
);
