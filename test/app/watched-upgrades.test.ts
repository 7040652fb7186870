import { afterEach, describe, expect, test } from "vitest";
import { openMemoryLedger } from "../../src/adapters/ledger/memory.ts";
import { createWaitingRoom } from "../../src/app/rollouts/waiting-room.ts";
import { type ServerSide, watchServer } from "../../src/app/servers/server-side.ts";
import { ServerError } from "../../src/app/urbancode.ts";
import { DEFAULT_DEADLINES } from "../../src/domain/upgrades/deadlines.ts";
import { keepLog } from "../support/silent-log.ts";
import { smallSite } from "../support/small-site.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const OLD = "6.2.7.1.1";
const NEW = "7.2.0.0.1";
const ID = "prod-1.a.1";

let side: ServerSide | undefined;
afterEach(() => side?.stop());

/** One agent in flight, watched by a Drydock that can be started again. */
async function watched() {
  const ledger = openMemoryLedger();
  const site = await smallSite(planOf([plannedAgent("a")]), {}, ledger);
  const { board, clock } = site;
  let away = false;
  const ask = async <T>(answer: () => Promise<T>): Promise<T> => {
    if (away) throw new ServerError("unreachable", "no answer");
    return await answer();
  };
  const urbancode = {
    ...site.site.urbancode,
    info: (id: string) => ask(() => site.site.urbancode.info(id)),
    list: () => ask(() => site.site.urbancode.list()),
  };

  function start(): void {
    side?.stop();
    side = watchServer(
      { ...site.site, urbancode },
      {
        ...site,
        log: keepLog(),
        waitingRoom: createWaitingRoom(site),
        relayTurns: { look: async () => {}, blind: async () => {}, stop: () => {} },
        onReady: () => {},
      },
    );
  }

  start();
  const data = { rollout: "prod-1", server: "prod", agent: { id: "a", name: "a" }, attempt: 1, from: OLD };
  await site.write(
    `upgrade.${ID}`,
    { type: "upgrade.intended", data },
    { type: "upgrade.triggered", data: { status: 200 } },
  );
  return {
    ...site,
    start,
    serverAway(is: boolean) {
      away = is;
    },
    outcome: () => board.upgrade(ID)?.outcome?.kind,
    upgrade() {
      const upgrade = board.upgrade(ID);
      if (!upgrade) throw new Error("there is no upgrade");
      return upgrade;
    },
    learned: () => board.learned.expect("prod", { id: "a" }),
    written: async (type: string) => (await ledger.read(`upgrade.${ID}`)).filter((event) => event.type === type),
    /** The agent goes offline, stays so for `ms`, and is back at the new version. */
    async upgraded(ms: number) {
      site.show("a", "offline");
      await clock.advance(ms);
      site.show("a", "online", NEW);
      await clock.advance(10 * SECOND);
    },
  };
}

describe.each([
  ["forward", 2 * HOUR],
  ["back", -2 * HOUR],
])("a wall clock that is set %s", (_way, jump) => {
  test("fails no agent that is away, and spoils no learned duration", async () => {
    const site = await watched();
    await site.clock.advance(MINUTE);
    site.show("a", "offline");
    await site.clock.advance(MINUTE);
    site.clock.jump(jump);
    await site.clock.advance(2 * MINUTE);
    expect(site.outcome()).toBeUndefined();
    await site.upgraded(MINUTE);
    expect(site.outcome()).toBe("verified");
    // Nobody knows what happened while the clock jumped: the machine may have slept.
    expect(site.learned()).toMatchObject({ learned: false });
  });

  test("changes no deadline: an agent that never goes offline fails after five minutes of watching", async () => {
    const site = await watched();
    await site.clock.advance(MINUTE);
    site.clock.jump(jump);
    await site.clock.advance(4 * MINUTE - 10 * SECOND);
    expect(site.outcome()).toBeUndefined();
    await site.clock.advance(20 * SECOND);
    expect(site.outcome()).toBe("never-offline");
  });

  test("frees no slot of one that timed out, and keeps none for longer", async () => {
    const site = await watched();
    site.show("a", "offline");
    await site.clock.advance(DEFAULT_DEADLINES.notBack + 10 * SECOND);
    expect(site.upgrade()).toMatchObject({ outcome: { kind: "never-back" }, holdsSlot: true });
    site.clock.jump(jump);
    await site.clock.advance(DEFAULT_DEADLINES.zombie - MINUTE);
    expect(site.upgrade().holdsSlot).toBe(true);
    await site.clock.advance(2 * MINUTE);
    expect(site.upgrade().holdsSlot).toBe(false);
  });
});

test.each(["goes-on", "stands-still"] as const)(
  "a machine that slept fails no agent and learns nothing (its monotonic clock %s)",
  async (how) => {
    const site = await watched();
    site.show("a", "offline");
    await site.clock.advance(MINUTE);
    site.clock.sleep(3 * HOUR, how);
    await site.clock.advance(MINUTE);
    expect(site.outcome()).toBeUndefined();
    await site.upgraded(MINUTE);
    expect(site.outcome()).toBe("verified");
    expect(site.learned().learned).toBe(false);
    expect((await site.written("upgrade.outcome"))[0]?.data).toMatchObject({ took: null });
  },
);

test("a server that was away fails no agent and frees no slot, however long it was", async () => {
  const site = await watched();
  site.show("a", "offline");
  await site.clock.advance(MINUTE);
  site.serverAway(true);
  await site.clock.advance(30 * HOUR);
  expect(site.upgrade()).toMatchObject({ outcome: undefined, holdsSlot: true });
  site.serverAway(false);
  await site.upgraded(MINUTE);
  expect(site.outcome()).toBe("verified");
  expect(site.learned().learned).toBe(false);
});

test("what one process has watched from the request to the proof is learned", async () => {
  const site = await watched();
  await site.clock.advance(MINUTE);
  await site.upgraded(3 * MINUTE);
  expect(site.outcome()).toBe("verified");
  expect(site.learned()).toEqual({ learned: true, ms: 4 * MINUTE + site.site.watch.inFlight });
});

test("a restart extends a deadline and says so, three times; then the age by the wall clock counts", async () => {
  const site = await watched();
  site.show("a", "offline");
  await site.clock.advance(DEFAULT_DEADLINES.notBack - MINUTE);
  for (let restarts = 1; restarts <= 3; restarts += 1) {
    site.start();
    await site.clock.advance(DEFAULT_DEADLINES.notBack - MINUTE);
    expect(site.outcome()).toBeUndefined();
    const said = await site.written("upgrade.extended");
    expect(said.map(({ data }) => data)).toEqual(Array.from({ length: restarts }, (_, i) => ({ restarts: i + 1 })));
  }
  site.start();
  await site.clock.advance(10 * SECOND);
  expect(site.outcome()).toBe("never-back");
});

test("after a restart the deadline passes once it was watched for so long, and nothing is said before it was due", async () => {
  const site = await watched();
  site.show("a", "offline");
  await site.clock.advance(10 * MINUTE);
  site.start();
  await site.clock.advance(DEFAULT_DEADLINES.notBack - 11 * MINUTE);
  expect(await site.written("upgrade.extended")).toEqual([]);
  await site.clock.advance(10 * MINUTE);
  expect(site.outcome()).toBeUndefined();
  await site.clock.advance(MINUTE + 10 * SECOND);
  expect(site.outcome()).toBe("never-back");
});

test("a wall clock that is set while Drydock does not run fails no agent", async () => {
  const site = await watched();
  site.show("a", "offline");
  await site.clock.advance(MINUTE);
  side?.stop();
  site.clock.jump(24 * HOUR);
  site.start();
  await site.clock.advance(MINUTE);
  expect(site.outcome()).toBeUndefined();
  await site.upgraded(MINUTE);
  expect(site.outcome()).toBe("verified");
  expect(site.learned().learned).toBe(false);
});
