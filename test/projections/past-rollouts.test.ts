import fc from "fast-check";
import { expect, test } from "vitest";
import { openMemoryLedger } from "../../src/adapters/memory/memory-ledger.ts";
import type { NewEvent } from "../../src/model/events.ts";
import { LedgerBroken } from "../../src/model/ledger-port.ts";
import { evolveRollout } from "../../src/model/rollout/evolve-rollout.ts";
import type { Rollout } from "../../src/model/rollout/rollout.ts";
import { evolveUpgrade } from "../../src/model/upgrade/evolve-upgrade.ts";
import { onUpgrade } from "../../src/projections/change.ts";
import { openProjections, type Projections } from "../../src/projections/projections.ts";
import { systemRandom } from "../../src/system.ts";
import { collectionSizes, grownBy } from "../support/collection-sizes.ts";
import { manualClock } from "../support/manual-clock.ts";
import { runs } from "../support/runs.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const HOUR = 60 * 60_000;
const serverUser = { id: "u", name: "alice" };

async function world() {
  const ledger = openMemoryLedger();
  const ports = { clock: manualClock(1_000), random: systemRandom };
  const open = () => openProjections(ledger, ports);
  const projections = await open();

  function write(id: string, ...events: readonly NewEvent[]): Promise<void> {
    return projections.change(() => [{ stream: `rollout.${id}`, actor: "drydock", events }]);
  }

  function start(id: string): Promise<void> {
    const plan = planOf([plannedAgent("a"), plannedAgent("b")]);
    return write(id, { type: "rollout.started", data: { rollout: id, plan, owner: "U0", serverUser, channel: "C" } });
  }

  function post(id: string, ...keys: readonly string[]): Promise<void> {
    return write(
      id,
      ...keys.map((key): NewEvent => ({ type: "message.posted", data: { key, channel: "C", ts: `${id}-${key}` } })),
    );
  }

  function attempt(id: string, agent: string, ...events: readonly NewEvent[]): Promise<void> {
    const data = { rollout: id, server: "prod", agent: { id: agent, name: agent }, attempt: 1, from: "6" };
    const isNew = projections.upgrade(`${id}.${agent}.1`) === undefined;
    const begun: readonly NewEvent[] = isNew ? [{ type: "upgrade.intended", data }] : [];
    return projections.change(() => [onUpgrade(`${id}.${agent}.1`, [...begun, ...events])]);
  }

  /** Of which everything is over and told. */
  async function whole(id: string): Promise<void> {
    await start(id);
    for (const agent of ["a", "b"]) await attempt(id, agent, ...VERIFIED);
    await write(id, { type: "rollout.ended", data: {} });
    await post(id, "card", "end", "file");
  }

  return { ledger, clock: ports.clock, projections, open, write, start, post, attempt, whole };
}

const VERIFIED: readonly NewEvent[] = [
  { type: "upgrade.triggered", data: { status: 200 } },
  { type: "upgrade.outcome", data: { outcome: "verified", detail: null, holdsSlot: false } },
  { type: "upgrade.closed", data: {} },
];

/** So many that none before them is among the newest. */
async function tenMore(here: Awaited<ReturnType<typeof world>>): Promise<void> {
  for (let n = 100; n < 111; n += 1) await here.whole(`prod-${n}`);
}

test("a rollout of which everything is over and told leaves memory once ten newer ones have ended, and is read again when it is asked for", async () => {
  const here = await world();
  const { projections } = here;
  await here.whole("prod-1");
  const before = { rollout: projections.rollouts.get("prod-1"), attempts: projections.attempts("prod-1", "a") };
  await tenMore(here);
  expect(projections.rollouts.has("prod-1")).toBe(false);
  expect(projections.upgrade("prod-1.a.1")).toBeUndefined();
  expect(projections.past.get("prod-1")?.card).toMatchObject({ channel: "C", ts: "prod-1-card" });
  expect(await projections.recall("prod-1")).toEqual(before.rollout);
  expect(projections.attempts("prod-1", "a")).toEqual(before.attempts);
  expect(projections.rollouts.get("prod-1")).toEqual(before.rollout);
  expect(await projections.recall("prod-999")).toBeUndefined();
});

const counted = ({ projections }: Awaited<ReturnType<typeof world>>) =>
  projections.countedRollouts().map(({ id, plan }) => `${id} ${plan.agents.length}`);

test("a rollout counts for the size of later ones for a day and two hours, in memory or not, also after a restart", async () => {
  const here = await world();
  await here.whole("prod-1");
  for (let n = 100; n < 125; n += 1) {
    await here.clock.advance(HOUR);
    await here.whole(`prod-${n}`);
  }
  expect(here.projections.rollouts.has("prod-1")).toBe(false);
  const again = await here.open();
  expect(again.countedRollouts()).toEqual(here.projections.countedRollouts());
  expect(counted(here)).toContain("prod-1 2");
  await here.projections.recall("prod-1");
  expect(counted(here).filter((one) => one === "prod-1 2")).toHaveLength(1);
  await here.clock.advance(HOUR);
  await here.whole("prod-125");
  expect(counted(here)).toContain("prod-1 2");
  await here.clock.advance(HOUR);
  await here.whole("prod-126");
  expect(counted(here)).not.toContain("prod-1 2");
  expect(counted(here)).toHaveLength(27);
});

test("of rollouts that began more than a day and two hours ago only the list of past rollouts has something", async () => {
  const here = await world();
  async function hours(first: number): Promise<void> {
    for (let n = first; n < first + 30; n += 1) {
      await here.clock.advance(HOUR);
      await here.whole(`prod-${n}`);
    }
  }
  await hours(100);
  const before = await collectionSizes();
  await hours(130);
  expect(grownBy(30, before, await collectionSizes())).toEqual([
    // The ledger in memory keeps everything.
    expect.stringMatching(/^[0-9a-f#-]+$/),
    "prod-#: {card}",
    "upgrade.prod-#.b.#: {count, closed}",
  ]);
});

test.each([
  ["ahead", 30 * 24 * HOUR],
  ["behind", -30 * 24 * HOUR],
])("a clock that is far %s for a moment takes no rollout out of the size of later ones", async (_, jump) => {
  const here = await world();
  await here.whole("prod-1");
  await here.clock.advance(HOUR);
  here.clock.jump(jump);
  await tenMore(here);
  for (const projections of [here.projections, await here.open()]) {
    const one = projections.countedRollouts().find(({ id }) => id === "prod-1");
    expect(one).toMatchObject({ status: "ended" });
    if (one && projections === here.projections) expect(projections.ageOf(one)).toBeLessThanOrEqual(HOUR);
  }
  here.clock.jump(-jump);
  await here.whole("prod-200");
  for (const projections of [here.projections, await here.open()]) {
    const ages = projections.countedRollouts().map((rollout) => projections.ageOf(rollout));
    expect(counted({ ...here, projections })).toContain("prod-1 2");
    expect(Math.max(...ages)).toBeLessThan(jump > 0 ? 2 * HOUR : Number.POSITIVE_INFINITY);
    expect(projections.ageOf(projections.countedRollouts().find(({ id }) => id === "prod-1") as Rollout)).toBe(HOUR);
  }
});

test("a rollout that another process began is as old as this one has known it, also if it heard of it as it wrote itself", async () => {
  const here = await world();
  const clock = manualClock(1_000);
  const there = await openProjections(here.ledger, { clock, random: systemRandom });
  await here.start("prod-1");
  await there.change(() => [
    { stream: "rollout.prod-1", actor: "drydock", events: [{ type: "rollout.ended", data: {} }] },
  ]);
  clock.jump(30 * 24 * HOUR);
  expect(there.countedRollouts().map((rollout) => there.ageOf(rollout))).toEqual([0]);
});

test("a rollout that a command has named stays in memory for some minutes, whatever ends or is named meanwhile", async () => {
  const here = await world();
  const { projections } = here;
  await here.whole("prod-1");
  await here.whole("prod-2");
  expect(projections.touch("prod-1")).toBe(true);
  await tenMore(here);
  expect(projections.rollouts.has("prod-2")).toBe(false);
  expect(projections.attempts("prod-1", "a")).toHaveLength(1);
  expect(projections.touch("prod-2")).toBe(false);
  for (let n = 3; n < 33; n += 1) await here.whole(`prod-${n}`);
  for (let n = 3; n < 33; n += 1) await projections.recall(`prod-${n}`);
  expect(projections.rollouts.has("prod-1")).toBe(true);
  await here.clock.advance(6 * 60_000);
  await projections.recall("prod-2");
  expect(projections.rollouts.has("prod-1")).toBe(false);
});

test("what is under way, watched or not told yet stays", async () => {
  const here = await world();
  await here.start("prod-1");
  await here.whole("prod-2");
  await here.start("prod-3");
  await here.attempt("prod-3", "a", { type: "upgrade.triggered", data: { status: 200 } });
  await here.write("prod-3", { type: "rollout.ended", data: {} });
  await here.post("prod-3", "card", "end", "file");
  await here.start("prod-4");
  await here.write("prod-4", { type: "rollout.ended", data: {} });
  await here.post("prod-4", "card", "end");
  await tenMore(here);
  expect([...here.projections.rollouts.keys()].slice(0, 3)).toEqual(["prod-1", "prod-3", "prod-4"]);
  expect(here.projections.openUpgrades("prod").map(({ id }) => id)).toEqual(["prod-3.a.1"]);
});

test("a past rollout that is written about is in memory again, also for a process that has not asked for it", async () => {
  const here = await world();
  await here.whole("prod-1");
  await tenMore(here);
  const there = await here.open();
  await here.projections.recall("prod-1");
  await here.attempt("prod-1", "c");
  await there.catchUp();
  for (const projections of [here.projections, there, await here.open()]) {
    expect(projections.openUpgrades("prod").map(({ id }) => id)).toEqual(["prod-1.c.1"]);
    expect(projections.rollouts.get("prod-1")?.status).toBe("ended");
    expect(projections.attempts("prod-1", "a")[0]?.closed).toBe(true);
    expect(projections.past.has("prod-1")).toBe(false);
  }
});

test("a change decides on a past rollout that another process has written about", async () => {
  const here = await world();
  await here.whole("prod-1");
  await tenMore(here);
  const there = await here.open();
  await here.projections.recall("prod-1");
  await here.attempt("prod-1", "c");
  let seen: unknown;
  await there.change(() => {
    seen = there.upgrade("prod-1.c.1")?.holdsSlot;
    return [{ stream: "person.U0", actor: "U0", events: [{ type: "person.told", data: { key: "k", text: "t" } }] }];
  });
  expect(seen).toBe(true);
});

test("a broken row that is met while an event about a past rollout is folded is the ledger's fault, and no write waits for ever", async () => {
  const here = await world();
  await here.whole("prod-1");
  await tenMore(here);
  const read = () => Promise.reject(new LedgerBroken("broken at position 7"));
  const there = await openProjections({ ...here.ledger, read }, { clock: here.clock, random: systemRandom });
  await here.projections.recall("prod-1");
  await here.attempt("prod-1", "c");
  const told: NewEvent = { type: "person.told", data: { key: "k", text: "t" } };
  const change = () => there.change(() => [{ stream: "person.U0", actor: "U0", events: [told] }]);
  await expect(change()).rejects.toThrow("position 7");
  expect((await there.fault).message).toBe("broken at position 7");
  await expect(change()).rejects.toThrow("position 7");
});

test("not more than a few that were asked for stay", async () => {
  const here = await world();
  for (let n = 1; n <= 25; n += 1) await here.whole(`prod-${n}`);
  await tenMore(here);
  const back = () => [...here.projections.past.keys()].filter((id) => here.projections.rollouts.has(id));
  for (let n = 1; n <= 25; n += 1) {
    await here.projections.recall(`prod-${n}`);
    await here.clock.advance(6 * 60_000);
  }
  expect(back()).toHaveLength(20);
  expect(back()).not.toContain("prod-5");
  expect(back()).toContain("prod-6");
});

/** One thing that happens, to one of a few rollouts. */
const step = fc.record({
  n: fc.nat(14),
  what: fc.constantFrom("begin", "outcome", "close", "end", "tell", "whole", "recall", "wait"),
  agent: fc.constantFrom("a", "b"),
});

test("whatever happens, each rollout is what its own events say, and no open upgrade is missing", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const here = await world();
      const { projections } = here;
      for (const { n, what, agent } of steps) {
        const id = `prod-${n}`;
        const known = (await projections.recall(id)) !== undefined;
        const upgrade = projections.upgrade(`${id}.${agent}.1`);
        if (what === "wait") await here.clock.advance(9 * HOUR);
        else if (!known) await (what === "whole" ? here.whole(id) : here.start(id));
        else if (what === "begin" && !upgrade) await here.attempt(id, agent);
        else if (what === "outcome" && upgrade && !upgrade.closed)
          await here.attempt(id, agent, VERIFIED[1] as NewEvent);
        else if (what === "close" && upgrade && !upgrade.closed) await here.attempt(id, agent, VERIFIED[2] as NewEvent);
        else if (what === "end") await here.write(id, { type: "rollout.ended", data: {} });
        else if (what === "tell") await here.post(id, "card", "end", "file", "late-a-1-verified", "late-b-1-verified");
      }
      const again = await here.open();
      await agrees(again, await here.ledger.since(0, 10_000));
      await agrees(projections, await here.ledger.since(0, 10_000));
      expect([...again.past.keys()].sort()).toEqual([...projections.past.keys()].sort());
    }),
    { numRuns: runs(30, 1_000) },
  );
});

async function agrees(
  projections: Projections,
  events: Awaited<ReturnType<ReturnType<typeof openMemoryLedger>["since"]>>,
) {
  const rollouts = new Map<string, ReturnType<typeof evolveRollout>>();
  const upgrades = new Map<string, ReturnType<typeof evolveUpgrade>>();
  for (const event of events) {
    const name = event.stream.replace(/^[a-z]+\./, "");
    if (event.stream.startsWith("rollout.")) rollouts.set(name, evolveRollout(rollouts.get(name), event));
    if (event.stream.startsWith("upgrade.")) upgrades.set(name, evolveUpgrade(upgrades.get(name), event));
  }
  const open = [...upgrades].filter(([, upgrade]) => upgrade && !upgrade.closed).map(([id]) => id);
  expect(
    projections
      .openUpgrades("prod")
      .map(({ id }) => id)
      .sort(),
  ).toEqual(open.sort());
  for (const [id, rollout] of rollouts) expect(await projections.recall(id)).toEqual(rollout);
  for (const [id, upgrade] of upgrades) expect(projections.upgrade(id)).toEqual(upgrade);
}
