import { afterEach, describe, expect, test } from "vitest";
import type { AgentDetail } from "../../src/core/agent.ts";
import { CLOSED, serverTrouble } from "../../src/core/server-trouble.ts";
import { ServerError, type UrbanCode } from "../../src/model/deploy-server.ts";
import { openServerMonitor, type ServerMonitor } from "../../src/monitor/server-monitor.ts";
import { troubleOf } from "../../src/monitor/trigger-result.ts";
import { createWaitingRoom } from "../../src/monitor/waiting-room.ts";
import { keepLog } from "../support/silent-log.ts";
import { smallServer } from "../support/small-server.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const OLD = "6.2.7.1.1";
const R1 = { id: "r1", name: "r1" };
const ASKED = {
  type: "relay.asked",
  data: { relay: R1, from: OLD, agents: [{ id: "a", name: "a" }], hostname: null, serverVersion: null },
} as const;
let monitor: ServerMonitor | undefined;
afterEach(() => monitor?.stop());

/** Two agents in flight; how the server answers about the first is given. */
async function inFlight(infoOfFirst?: UrbanCode["info"]) {
  const small = await smallServer(planOf([plannedAgent("a"), plannedAgent("b")]));
  for (const id of ["a", "b"]) {
    const data = { rollout: "prod-1", server: "prod", agent: { id, name: id }, attempt: 1, from: OLD };
    await small.write(
      `upgrade.prod-1.${id}.1`,
      { type: "upgrade.intended", data },
      { type: "upgrade.triggered", data: { status: 200 } },
    );
  }
  const info: UrbanCode["info"] = (id) =>
    id === "a" && infoOfFirst ? infoOfFirst(id) : small.server.urbancode.info(id);
  const urbancode = { ...small.server.urbancode, info, version: async () => undefined, relays: async () => [] };
  const log = keepLog();
  monitor = openServerMonitor(
    { ...small.server, urbancode },
    {
      ...small,
      log,
      waitingRoom: createWaitingRoom(small),
      relayTurns: { look: async () => {}, close: () => {} } as never,
      onReady: () => {},
    },
  );
  const outcome = (id: string) => small.projections.upgrade(`prod-1.${id}.1`)?.outcome?.kind;
  return { ...small, monitor, outcome };
}

describe("a server that does not tell of one agent in flight", () => {
  test.each([
    ["denied", 400],
    ["failing", 500],
    ["unreadable", 200],
  ] as const)(
    "(%s) is no small in trouble: the others are proven, and the list tells of that one",
    async (fault, status) => {
      const { monitor, show, clock, outcome } = await inFlight(() =>
        Promise.reject(new ServerError(fault, "no", status)),
      );
      for (const id of ["a", "b"]) show(id, "offline");
      await clock.advance(40_000);
      for (const id of ["a", "b"]) show(id, "online", "7.2.0.0.1");
      await clock.advance(40_000);
      expect(monitor.answers()).toBe(true);
      expect([outcome("a"), outcome("b")]).toEqual(["verified", "verified"]);
    },
  );

  test("one that gives no answer at all is in trouble", async () => {
    const { monitor, clock } = await inFlight(() => Promise.reject(new ServerError("unreachable", "no answer")));
    await clock.advance(10_000);
    expect(monitor.answers()).toBe(false);
  });

  test("that Drydock closed its own connection is no trouble of the server's", async () => {
    const { monitor, clock } = await inFlight();
    await clock.advance(10_000);
    const slots = monitor.openSlots();
    const unsent = { kind: "unsent", trouble: serverTrouble("no-answer", "prod", { reason: CLOSED }) } as const;
    for (const result of [unsent, { kind: "uncertain", text: CLOSED } as const]) {
      const error = troubleOf("prod", result);
      if (error) monitor.trouble(error, true);
    }
    expect([monitor.answers(), monitor.openSlots()]).toEqual([true, slots]);
  });
});

test.each([
  ["only waits until upgrades have ended", [], "never-back"],
  ["has begun: a person was asked to upgrade it", [ASKED], undefined],
] as const)("an agent that stays offline while its relay's turn %s", async (_what, events, found) => {
  const { clock, outcome, show, write } = await inFlight();
  const relays = [{ ...R1, version: OLD, agents: [{ id: "a", name: "a" }], dark: 1 }];
  const plan = { ...planOf([]), relays };
  const started = { rollout: "prod-2", plan, owner: "U0ALICE", serverUser: { id: "u", name: "alice" }, channel: "C" };
  await write(
    "rollout.prod-2",
    { type: "rollout.started", data: started },
    { type: "relay.turn", data: { relay: R1 } },
    ...events,
  );
  show("a", "offline");
  await clock.advance(31 * 60_000);
  expect(outcome("a")).toBe(found);
});

test("an answer that comes late shows the agent as it was when Drydock asked, so no deadline passes by it", async () => {
  const slow: ((detail: AgentDetail) => void)[] = [];
  const { clock, outcome, show, server } = await inFlight(
    () => new Promise<AgentDetail>((resolve) => void slow.push(resolve)),
  );
  const untouched = await server.urbancode.info("a");
  // Asked at once, answered after the five minutes in which it has to go offline, which it did meanwhile.
  await clock.advance(6 * 60_000);
  show("a", "offline");
  expect(slow).toHaveLength(1);
  slow.shift()?.(untouched);
  await clock.advance(1_000);
  expect(outcome("a")).toBeUndefined();
});

test("a wall clock that is set back keeps nobody waiting for the list, nor for the note that the server is away", async () => {
  const { clock, projections, server } = await inFlight(() =>
    Promise.reject(new ServerError("unreachable", "no answer")),
  );
  await clock.advance(1_000);
  clock.jump(-3_653_000);
  await clock.advance(2 * server.watch.fleet);
  expect(projections.server("prod").outages).toHaveLength(1);
});

test("an outage that needs a person only later is told so, once, and as the same outage", async () => {
  const troubles = [
    serverTrouble("no-answer", "prod", { reason: "ETIMEDOUT" }),
    serverTrouble("no-answer", "prod", { reason: "ECONNREFUSED" }),
    serverTrouble("login-refused", "prod", { reason: "DRYDOCK_PROD_TOKEN" }),
    serverTrouble("no-answer", "prod", { reason: "ETIMEDOUT" }),
  ] as const;
  let trouble: (typeof troubles)[number] = troubles[0];
  const { clock, projections, server, monitor } = await inFlight(() =>
    Promise.reject(new ServerError(trouble.kind === "login-refused" ? "login-refused" : "unreachable", trouble)),
  );
  const seen = [];
  let told = 0;
  projections.onChange((events) => {
    told += events.filter(({ type }) => type === "server.away").length;
  });
  for (trouble of troubles) {
    await clock.advance(2 * server.watch.fleet);
    const { outages } = projections.server("prod");
    const [outage] = outages;
    const kind = outage?.cause.code === "server-trouble" ? outage.cause.params.kind : undefined;
    seen.push([outages.length, outage?.since, kind, monitor.status().strange !== undefined]);
  }
  const [, since] = seen[0] ?? [];
  expect(seen).toEqual([
    [1, since, "no-answer", false],
    [1, since, "no-answer", false],
    [1, since, "login-refused", true],
    [1, since, "login-refused", false],
  ]);
  expect(told).toBe(2);
});

test("after a start, a list without any agent is not taken for relays without agents", async () => {
  const small = await smallServer(planOf([plannedAgent("a")]));
  const relay = { id: "r1", name: "r1", version: OLD, agents: [{ id: "a", name: "a" }], dark: 1 };
  const data = {
    rollout: "prod-2",
    plan: { ...planOf([]), relays: [relay] },
    owner: "U0ALICE",
    serverUser: { id: "u", name: "alice" },
    channel: "C",
  };
  await small.write("rollout.prod-2", { type: "rollout.started", data });
  const urbancode = { ...small.server.urbancode, list: async () => [], relays: async () => [] };
  const asked: string[] = [];
  monitor = openServerMonitor(
    { ...small.server, urbancode },
    {
      ...small,
      log: keepLog(),
      waitingRoom: createWaitingRoom(small),
      relayTurns: { look: async () => void asked.push("look"), blind: async () => void asked.push("blind") } as never,
      onReady: () => {},
    },
  );
  await small.clock.advance(2 * small.server.watch.fleet);
  expect(new Set(asked)).toEqual(new Set(["blind"]));
});
