import { afterEach, describe, expect, test } from "vitest";
import { openMemoryLedger } from "../../src/adapters/memory/memory-ledger.ts";
import { cause } from "../../src/core/cause.ts";
import { ServerError } from "../../src/model/deploy-server.ts";
import { DEFAULT_DEADLINES } from "../../src/model/upgrade/deadlines.ts";
import type { UpgradeEvent } from "../../src/model/upgrade/upgrade-events.ts";
import { createDispatcher } from "../../src/monitor/dispatcher.ts";
import { createRunner } from "../../src/monitor/runner.ts";
import { openServerMonitor, type ServerMonitor } from "../../src/monitor/server-monitor.ts";
import { createWaitingRoom } from "../../src/monitor/waiting-room.ts";
import { progressOf } from "../../src/projections/rollout-progress.ts";
import { keepLog } from "../support/silent-log.ts";
import { smallServer } from "../support/small-server.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const OLD = "6.2.7.1.1";
const NEW = "7.2.0.0.1";
const ID = "prod-1.a.1";

let monitor: ServerMonitor | undefined;
afterEach(() => monitor?.stop());

/** One agent in flight, watched by a Drydock that can be started again. */
async function watched(...others: readonly string[]) {
  const ledger = openMemoryLedger();
  const small = await smallServer(planOf(["a", ...others].map((id) => plannedAgent(id))), {}, ledger);
  const { projections, clock } = small;
  let away = false;
  const ask = async <T>(answer: () => Promise<T>): Promise<T> => {
    if (away) throw new ServerError("unreachable", "no answer");
    return await answer();
  };
  const urbancode = {
    ...small.server.urbancode,
    info: (id: string) => ask(() => small.server.urbancode.info(id)),
    list: () => ask(() => small.server.urbancode.list()),
    statuses: () => ask(() => small.server.urbancode.statuses()),
  };

  function start(): void {
    monitor?.stop();
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
  }

  start();
  const data = { rollout: "prod-1", server: "prod", agent: { id: "a", name: "a" }, attempt: 1, from: OLD };
  await small.write(
    `upgrade.${ID}`,
    { type: "upgrade.intended", data },
    { type: "upgrade.triggered", data: { status: 200 } },
  );
  return {
    ...small,
    start,
    dispatch: () => createDispatcher({ ...small, openSlots: () => 10 }).run(small.server),
    serverAway(is: boolean) {
      away = is;
    },
    outcome: () => projections.upgrade(ID)?.outcome?.kind,
    upgrade() {
      const upgrade = projections.upgrade(ID);
      if (!upgrade) throw new Error("there is no upgrade");
      return upgrade;
    },
    learned: () => projections.learned.expect("prod", { id: "a" }),
    written: async (type: string) => (await ledger.read(`upgrade.${ID}`)).filter((event) => event.type === type),
    /** The agent goes offline, stays so for `ms`, and is back at the new version. */
    async upgraded(ms: number) {
      small.show("a", "offline");
      await clock.advance(ms);
      small.show("a", "online", NEW);
      await clock.advance(10 * SECOND);
    },
  };
}

describe.each([
  ["forward", 2 * HOUR],
  ["back", -2 * HOUR],
])("a wall clock that is set %s", (_way, jump) => {
  test("fails no agent that is away, and spoils no learned duration", async () => {
    const small = await watched();
    await small.clock.advance(MINUTE);
    small.show("a", "offline");
    await small.clock.advance(MINUTE);
    small.clock.jump(jump);
    await small.clock.advance(2 * MINUTE);
    expect(small.outcome()).toBeUndefined();
    await small.upgraded(MINUTE);
    expect(small.outcome()).toBe("verified");
    // Nobody knows what happened while the clock jumped: the machine may have slept.
    expect(small.learned()).toMatchObject({ learned: false });
  });

  test("changes no deadline: an agent that never goes offline fails after five minutes of watching", async () => {
    const small = await watched();
    await small.clock.advance(MINUTE);
    small.clock.jump(jump);
    await small.clock.advance(4 * MINUTE - 10 * SECOND);
    expect(small.outcome()).toBeUndefined();
    await small.clock.advance(20 * SECOND);
    expect(small.outcome()).toBe("never-offline");
  });

  test("frees no slot of one that timed out, and keeps none for longer", async () => {
    const small = await watched();
    small.show("a", "offline");
    await small.clock.advance(DEFAULT_DEADLINES.notBack + 10 * SECOND);
    expect(small.upgrade()).toMatchObject({ outcome: { kind: "never-back" }, holdsSlot: true });
    small.clock.jump(jump);
    await small.clock.advance(DEFAULT_DEADLINES.zombie - MINUTE);
    expect(small.upgrade().holdsSlot).toBe(true);
    await small.clock.advance(2 * MINUTE);
    expect(small.upgrade().holdsSlot).toBe(false);
  });
});

test.each(["goes-on", "stands-still"] as const)(
  "a machine that slept fails no agent and learns nothing (its monotonic clock %s)",
  async (how) => {
    const small = await watched();
    small.show("a", "offline");
    await small.clock.advance(MINUTE);
    small.clock.sleep(3 * HOUR, how);
    await small.clock.advance(MINUTE);
    expect(small.outcome()).toBeUndefined();
    await small.upgraded(MINUTE);
    expect(small.outcome()).toBe("verified");
    expect(small.learned().learned).toBe(false);
    expect((await small.written("upgrade.outcome"))[0]?.data).toMatchObject({ took: null });
  },
);

test("a server that was away fails no agent and frees no slot, however long it was", async () => {
  const small = await watched();
  small.show("a", "offline");
  await small.clock.advance(MINUTE);
  small.serverAway(true);
  await small.clock.advance(30 * HOUR);
  expect(small.upgrade()).toMatchObject({ outcome: undefined, holdsSlot: true });
  small.serverAway(false);
  await small.upgraded(MINUTE);
  expect(small.outcome()).toBe("verified");
  expect(small.learned().learned).toBe(false);
});

test("what one process has watched from the request to the proof is learned", async () => {
  const small = await watched();
  await small.clock.advance(MINUTE);
  await small.upgraded(3 * MINUTE);
  expect(small.outcome()).toBe("verified");
  const { learned, ms } = small.learned();
  expect(learned).toBe(true);
  expect(ms).toBeGreaterThanOrEqual(4 * MINUTE);
  expect(ms).toBeLessThanOrEqual(4 * MINUTE + small.server.watch.inFlight);
});

test("a restart extends a deadline and says so, three times; then the age by the wall clock counts", async () => {
  const small = await watched();
  small.show("a", "offline");
  await small.clock.advance(DEFAULT_DEADLINES.notBack - MINUTE);
  for (let restarts = 1; restarts <= 3; restarts += 1) {
    small.start();
    await small.clock.advance(DEFAULT_DEADLINES.notBack - MINUTE);
    expect(small.outcome()).toBeUndefined();
    const said = await small.written("upgrade.extended");
    expect(said.map(({ data }) => data)).toEqual(Array.from({ length: restarts }, (_, i) => ({ restarts: i + 1 })));
  }
  small.start();
  await small.clock.advance(10 * SECOND);
  expect(small.outcome()).toBe("never-back");
});

test("after a restart the deadline passes once it was watched for so long, and nothing is said before it was due", async () => {
  const small = await watched();
  small.show("a", "offline");
  await small.clock.advance(10 * MINUTE);
  small.start();
  await small.clock.advance(DEFAULT_DEADLINES.notBack - 11 * MINUTE);
  expect(await small.written("upgrade.extended")).toEqual([]);
  await small.clock.advance(10 * MINUTE);
  expect(small.outcome()).toBeUndefined();
  await small.clock.advance(MINUTE + 10 * SECOND);
  expect(small.outcome()).toBe("never-back");
});

test("a wall clock that is set while Drydock does not run fails no agent", async () => {
  const small = await watched();
  small.show("a", "offline");
  await small.clock.advance(MINUTE);
  monitor?.stop();
  small.clock.jump(24 * HOUR);
  small.start();
  await small.clock.advance(MINUTE);
  expect(small.outcome()).toBeUndefined();
  await small.upgraded(MINUTE);
  expect(small.outcome()).toBe("verified");
  expect(small.learned().learned).toBe(false);
});

test("an agent that reached its server's version counts as upgraded, though the server was upgraded again meanwhile", async () => {
  const small = await watched("b");
  const { clock, server } = small;
  const servers = new Map([["prod", server]]);
  const isExternal = async () => false;
  const run = createRunner({ ...small, servers, isExternal, onServerTrouble: () => {} });
  void run("prod-1.b.1", new AbortController().signal);
  await clock.advance(SECOND);
  expect(small.triggered).toEqual(["b"]);
  small.show("b", "offline");
  await clock.advance(MINUTE);
  small.show("b", "upgrade-recommended", "8.0.0.0.1");
  const serverUser = { id: "u", name: "alice" };
  await small.write(
    "rollout.prod-1",
    { type: "rollout.paused", data: { by: "drydock", kind: "version", causes: [], serverVersion: "9" } },
    { type: "rollout.continued", data: { by: "U0ALICE", serverUser, policy: server.policy } },
  );
  expect(small.rollout().plan.serverVersion).toBe("9");
  await clock.advance(3 * MINUTE);
  expect(small.projections.upgrade("prod-1.b.1")?.outcome?.kind).toBe("verified");
});

test("an attempt that did not reach the server is asked again however long a window keeps it back, and is closed with its rollout", async () => {
  const small = await watched();
  const unsent = { outcome: "unsent", detail: null, holdsSlot: false } as const;
  await small.write(`upgrade.${ID}`, { type: "upgrade.outcome", data: unsent });
  await small.clock.advance(30 * HOUR);
  await small.dispatch();
  expect(small.submitted).toEqual(["prod-1.a.2"]);
  await small.write("rollout.prod-1", { type: "rollout.stopped", data: { by: "U0ALICE" } });
  await small.clock.advance(10 * MINUTE);
  expect(small.upgrade().closed).toBe(true);
});

describe("an agent that failed, and that another rollout was to upgrade then", () => {
  /** `prod-1` has ended without it, and `prod-2` has asked for it. */
  async function askedAgain(...answer: readonly UpgradeEvent[]) {
    const small = await watched();
    const failed = { outcome: "back-old", detail: null, holdsSlot: false } as const;
    await small.write(`upgrade.${ID}`, { type: "upgrade.outcome", data: failed });
    await small.write("rollout.prod-1", { type: "rollout.ended", data: {} });
    const serverUser = { id: "u", name: "alice" };
    const plan = planOf([plannedAgent("a")]);
    await small.write("rollout.prod-2", {
      type: "rollout.started",
      data: { rollout: "prod-2", plan, owner: "U0BOB", serverUser, channel: "C" },
    });
    const data = { rollout: "prod-2", server: "prod", agent: { id: "a", name: "a" }, attempt: 1, from: OLD };
    await small.write("upgrade.prod-2.a.1", { type: "upgrade.intended", data }, ...answer);
    await small.upgraded(MINUTE);
    return {
      ...small,
      progress: (id: string) => {
        const rollout = small.projections.rollouts.get(id);
        return rollout && progressOf(small.projections, rollout);
      },
    };
  }

  test("counts as upgraded outside the first one if the other asked the server", async () => {
    const small = await askedAgain({ type: "upgrade.triggered", data: { status: 200 } });
    expect(small.upgrade().outcome).toMatchObject({
      kind: "verified",
      detail: cause("upgraded-by-rollout", { rollout: "prod-2", version: NEW }),
    });
    expect(small.progress("prod-1")).toMatchObject({ verified: 1, external: 1, failed: 0 });
    expect(small.projections.upgrade("prod-2.a.1")?.outcome).toMatchObject({
      kind: "verified",
      detail: cause("at-version", { version: NEW }),
    });
    expect(small.progress("prod-2")).toMatchObject({ verified: 1, external: 0 });
  });

  test("counts as upgraded by the first one if the server refused the other's request", async () => {
    const refused = { outcome: "refused", detail: null, holdsSlot: false } as const;
    const small = await askedAgain({ type: "upgrade.outcome", data: refused });
    expect(small.progress("prod-1")).toMatchObject({ verified: 1, external: 0 });
  });
});
