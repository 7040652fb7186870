import fc from "fast-check";
import { expect, test } from "vitest";
import { planBeat } from "../../../src/adapters/postgres/plan-beat.ts";
import { runs } from "../../support/runs.ts";

/** Replicas with their ledger formats, and who has each duty. */
const aState = fc
  .record({
    versions: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 6 }),
    holders: fc.array(fc.option(fc.nat(5)), { minLength: 1, maxLength: 24 }),
    order: fc.array(fc.nat(5), { maxLength: 40 }),
  })
  .map(({ versions, holders, order }) => ({
    versions,
    order: order.map((replica) => replica % versions.length),
    holders: holders.map((holder) => (holder === null || holder >= versions.length ? undefined : holder)),
  }));

function beat(i: number, versions: readonly number[], holders: (number | undefined)[]): void {
  const version = versions[i] ?? 0;
  const mine = holders.filter((holder) => holder === i).length;
  const free = holders.filter((holder) => holder === undefined).length;
  const { take, giveBack } = planBeat({ version, living: versions, duties: holders.map(() => 0), mine, free });
  expect(take === 0 || !giveBack).toBe(true);
  if (giveBack) holders[holders.indexOf(i)] = undefined;
  for (let n = 0; n < take; n += 1) holders[holders.indexOf(undefined)] = i;
}

test("whatever the order of beats, all duties end up with the replicas of the newest format, in fair shares", () => {
  fc.assert(
    fc.property(aState, ({ versions, holders, order }) => {
      const newest = Math.max(...versions);
      const workers = versions.flatMap((version, i) => (version === newest ? [i] : []));
      const state = [...holders];
      for (const i of order) beat(i, versions, state);
      for (let round = 0; round < 30; round += 1) for (const i of versions.keys()) beat(i, versions, state);
      const held = workers.map((i) => state.filter((holder) => holder === i).length);
      expect(held.reduce((sum, count) => sum + count, 0)).toBe(state.length);
      expect(Math.max(...held)).toBeLessThanOrEqual(Math.ceil(state.length / workers.length));
    }),
    { numRuns: runs(100, 5_000) },
  );
});

test("once fair, nothing moves any more", () => {
  const still = planBeat({ version: 1, living: [1, 1, 1], duties: Array(21).fill(1), mine: 7, free: 0 });
  expect(still).toMatchObject({ take: 0, giveBack: false });
});

test("a replica that knows less than the newest work takes nothing, also if it is the only one", () => {
  expect(planBeat({ version: 1, living: [1], duties: [2, 1], mine: 0, free: 2 })).toEqual({
    take: 0,
    giveBack: false,
    isOlder: true,
  });
});
