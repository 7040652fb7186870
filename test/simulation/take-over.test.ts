import { expect, test } from "vitest";
import { openMemoryLedger } from "../../src/adapters/memory/memory-ledger.ts";
import { textOf } from "../../src/core/view.ts";
import { DutyLost, type Ledger, LedgerUnwritable } from "../../src/model/ledger-port.ts";
import { showsEnd } from "../support/shows-end.ts";
import { createSwitchedDuties } from "../support/switched-duties.ts";
import { createWorld, startRollout } from "./run.ts";

const SECOND = 1_000;

/** As PostgreSQL has it: no turn is taken under a term that is over. */
function fenced(ledger: Ledger, terms: { readonly epoch: number }): Ledger["turn"] {
  return async (position, decide, fence) => {
    if (fence && fence.epoch !== terms.epoch) {
      fence.refused();
      throw new DutyLost(fence.duty);
    }
    return ledger.turn(position, decide);
  };
}

test.each([4, 12, 21])(
  "a rollout whose duties are lost and come back again and again ends right, and nothing happens in between (seed %i)",
  async (seed) => {
    const duties = createSwitchedDuties();
    const world = await createWorld(seed, { duties, calm: true, agents: 8, policy: { slots: 2 } });
    await startRollout(world);
    const seen = async () => [
      world.puts.size,
      (await world.ledger.since(0, 100_000)).length,
      world.slack.messages.length,
    ];
    for (let i = 0; i < 60 && !showsEnd(world.slack.text("prod-1/card")); i += 1) {
      await world.step(7 * SECOND);
      if (i % 3 !== 1) continue;
      const lost = duties.lose();
      await world.step(6 * SECOND);
      await lost;
      const before = await seen();
      expect(textOf(await world.say("status"))).toContain("Try again in a minute");
      await world.step(20 * SECOND);
      expect(await seen()).toEqual(before);
      await duties.get();
    }
    expect(world.slack.text("prod-1/card")).toContain("all 8 upgraded");
    expect([...world.puts.values()]).toEqual(Array(8).fill(1));
    expect([world.violations, world.errors]).toEqual([[], []]);
  },
);

test.each([
  ["before the start is written", false],
  ["after the start is written", true],
])("a scheduled rollout starts once if another replica takes over at that moment, %s", async (_when, isWritten) => {
  const ledger = openMemoryLedger();
  const terms = { epoch: 0 };
  const [first, second] = [createSwitchedDuties(terms), createSwitchedDuties(terms, { isStandby: true })];
  let takeOver: Promise<unknown> | undefined;
  const pass = () => {
    takeOver ??= Promise.all([first.lose(), second.get()]);
  };
  const turn = fenced(ledger, terms);
  const cut: Ledger["turn"] = async (position, decide, fence) => {
    const written = await turn(
      position,
      (others) => {
        const writes = decide(others);
        const begins = writes.some(({ events }) => events.some(({ type }) => type === "rollout.started"));
        if (!begins || isWritten) return writes;
        pass();
        throw new DutyLost("slack");
      },
      fence,
    );
    if (written.some(({ type }) => type === "rollout.started")) pass();
    return written;
  };
  const given = { calm: true, agents: 3, policy: { slots: 3 } };
  const one = await createWorld(1, { ...given, ledger: { ...ledger, turn: cut }, duties: first });
  // The clocks of two machines are never quite the same.
  const other = { ledger: { ...ledger, turn }, duties: second, begin: one.clock.now() + 3 * SECOND };
  const two = await createWorld(1, { ...given, ...other });
  await one.press(await one.say("upgrade-required --at 2m"), "Schedule");
  for (let i = 0; i < 60; i += 1) for (const world of [one, two]) await world.step(5 * SECOND);
  expect(takeOver).toBeDefined();
  await takeOver;
  const types = (await ledger.read("rollout.prod-1")).map(({ type }) => type);
  expect(types.filter((type) => ["rollout.started", "rollout.ended"].includes(type))).toEqual([
    "rollout.started",
    "rollout.ended",
  ]);
  expect([one.puts.size, [...two.puts.values()]]).toEqual([0, [1, 1, 1]]);
  expect([one, two].flatMap(({ violations, errors }) => [...violations, ...errors])).toEqual([]);
  const keys = [one, two].flatMap(({ slack }) => slack.messages.map(({ key }) => key));
  expect(keys).toEqual([...new Set(keys)]);
});

test.each([
  ["is written in time though it gets them back with the ledger", 0],
  ["is written without them", 5 * SECOND],
])("a Stop that holds while the ledger is away, in a process that loses its duties then, %s", async (_what, later) => {
  const ledger = openMemoryLedger();
  const terms = { epoch: 0 };
  const duties = createSwitchedDuties(terms);
  let isAway = false;
  const check = async () => {
    if (isAway) throw new LedgerUnwritable("away");
  };
  const take = fenced(ledger, terms);
  const turn: Ledger["turn"] = async (...given) => {
    await check();
    return take(...given);
  };
  const given = { calm: true, agents: 8, policy: { slots: 2 } };
  const world = await createWorld(1, { ...given, duties, ledger: { ...ledger, turn, check } });
  const stops = async () => (await ledger.read("rollout.prod-1")).filter(({ type }) => type === "rollout.stopped");
  await startRollout(world);
  isAway = true;
  expect(textOf(await world.say("stop prod-1"))).toContain("Your stop of prod-1 holds");
  const lost = duties.lose();
  await world.step(6 * SECOND);
  await lost;
  isAway = false;
  await world.step(later);
  expect(await stops()).toHaveLength(later > 0 ? 1 : 0);
  await duties.get();
  await world.step(120 * SECOND);
  expect(await stops()).toHaveLength(1);
  expect([world.puts.size, world.violations]).toEqual([0, []]);
});

test("a Stop in a process that has lost its duty just then is not recorded, says so, and can be repeated", async () => {
  const ledger = openMemoryLedger();
  const terms = { epoch: 0 };
  const duties = createSwitchedDuties(terms);
  const given = { calm: true, agents: 8, policy: { slots: 2 } };
  const world = await createWorld(1, { ...given, duties, ledger: { ...ledger, turn: fenced(ledger, terms) } });
  const stops = async () => (await ledger.read("rollout.prod-1")).filter(({ type }) => type === "rollout.stopped");
  await startRollout(world);
  terms.epoch += 1;
  const answer = textOf(await world.say("stop prod-1"));
  expect(answer).toContain("did not record what you asked for. Repeat it in a few seconds.");
  expect(await stops()).toEqual([]);
  await duties.lose();
  await duties.get();
  expect(textOf(await world.say("stop prod-1"))).not.toContain("Repeat it");
  expect(await stops()).toHaveLength(1);
});

test("a Stop that only this replica knows is to be repeated, because the one that watches the server upgrades on", async () => {
  const listeners = new Set<() => void>();
  const written = openMemoryLedger();
  const ledger: Ledger = {
    ...written,
    async turn(...given) {
      const rows = await written.turn(...given);
      for (const listener of listeners) listener();
      return rows;
    },
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  let isAway = false;
  const whileHere =
    <Given extends unknown[], Result>(call: (...given: Given) => Promise<Result>) =>
    async (...given: Given) => {
      if (isAway) throw new LedgerUnwritable("away");
      return call(...given);
    };
  const cut = {
    ...ledger,
    turn: whileHere(ledger.turn),
    check: whileHere(ledger.check),
    since: whileHere(ledger.since),
  };
  const given = { calm: true, agents: 12, policy: { slots: 1 } };
  const [talking, watching] = [createSwitchedDuties(), createSwitchedDuties(undefined, { isStandby: true })];
  const one = await createWorld(1, { ...given, ledger: cut, duties: talking });
  const two = await createWorld(1, { ...given, ledger, duties: watching, begin: one.clock.now() + 3 * SECOND });
  await startRollout(one);
  const lost = talking.lose();
  await one.step(6 * SECOND);
  await lost;
  await talking.get(["slack"]);
  await watching.get(["server:prod"]);
  isAway = true;
  const answer = textOf(await one.say("stop prod-1"));
  expect(answer).toContain("Until then another replica may start upgrades: repeat it until Drydock confirms it.");
  expect(answer).not.toContain("No upgrade starts");
  await two.step(60 * SECOND);
  expect(two.puts.size).toBeGreaterThan(1);
  isAway = false;
  await one.step(2 * SECOND);
  expect(textOf(await one.say("stop prod-1"))).toContain("prod-1 is stopping already");
  const { size } = two.puts;
  await two.step(60 * SECOND);
  expect([one.puts.size, two.puts.size]).toEqual([0, size]);
});

test("a ledger that falls silent while a command is under way keeps no duty's work from ending within 5 s", async () => {
  const ledger = openMemoryLedger();
  const duties = createSwitchedDuties();
  let isSilent = false;
  const turn: Ledger["turn"] = (...given) => (isSilent ? new Promise<never>(() => {}) : ledger.turn(...given));
  const world = await createWorld(1, { calm: true, agents: 8, duties, ledger: { ...ledger, turn } });
  await startRollout(world);
  // The second refusal is only counted, so the end has something of it to write.
  for (let i = 0; i < 2; i += 1) await world.say("stopp", "U0BOB");
  isSilent = true;
  const answer = world.say("stop prod-1");
  let hasEnded = false;
  const lost = duties.lose().then(() => {
    hasEnded = true;
  });
  await world.step(4_500);
  expect(hasEnded).toBe(true);
  await lost;
  expect(textOf(await answer)).toContain("could not finish this in time");
});

test("a term that is lost while its beginning waits for the ledger ends within 5 s, and its work never begins", async () => {
  const ledger = openMemoryLedger();
  const duties = createSwitchedDuties();
  let silence: Promise<void> | undefined;
  async function since(...given: Parameters<Ledger["since"]>) {
    await silence;
    return ledger.since(...given);
  }
  const given = { calm: true, agents: 8, policy: { slots: 2 } };
  const world = await createWorld(1, { ...given, duties, ledger: { ...ledger, since } });
  await startRollout(world);
  const first = duties.lose();
  await world.step(6 * SECOND);
  await first;
  let answers = () => {};
  silence = new Promise((resolve) => {
    answers = resolve;
  });
  void duties.get();
  await world.step(4 * SECOND);
  let hasEnded = false;
  const second = duties.lose().then(() => {
    hasEnded = true;
  });
  await world.step(4_900);
  expect(hasEnded).toBe(true);
  await second;
  silence = undefined;
  answers();
  const seen = async () => [world.puts.size, (await ledger.since(0, 100_000)).length, world.slack.messages.length];
  const before = await seen();
  await world.step(60 * SECOND);
  expect(await seen()).toEqual(before);
  await duties.get();
  for (let i = 0; i < 60 && !showsEnd(world.slack.text("prod-1/card")); i += 1) await world.step(7 * SECOND);
  expect(world.slack.text("prod-1/card")).toContain("all 8 upgraded");
  expect([[...world.puts.values()], world.violations, world.errors]).toEqual([Array(8).fill(1), [], []]);
});
