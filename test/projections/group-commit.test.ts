import { expect, test } from "vitest";
import { openMemoryLedger } from "../../src/adapters/memory/memory-ledger.ts";
import { type Ledger, LedgerUnwritable } from "../../src/model/ledger-port.ts";
import type { Change } from "../../src/projections/change.ts";
import { createGroupCommit } from "../../src/projections/group-commit.ts";
import { openProjections } from "../../src/projections/projections.ts";
import { systemRandom } from "../../src/system.ts";
import { manualClock } from "../support/manual-clock.ts";

async function opened() {
  const memory = openMemoryLedger();
  let turns = 0;
  let isFull = false;
  const ledger: Ledger = {
    ...memory,
    async turn(...given) {
      turns += 1;
      if (isFull) throw new LedgerUnwritable("full");
      return memory.turn(...given);
    },
  };
  const projections = await openProjections(ledger, { clock: manualClock(1_000), random: systemRandom });
  return {
    change: createGroupCommit(projections),
    turns: () => turns,
    written: async () => (await memory.since(0, 1_000)).map(({ stream }) => stream),
    fill: () => {
      isFull = true;
    },
  };
}

function asks(person: string): Change {
  const data = { command: "status", channel: "C0ONCALL" };
  return { stream: `person.${person}`, actor: person, events: [{ type: "person.asked", data }] };
}

const people = (n: number) => Array.from({ length: n }, (_, i) => `U${i}`);

test("what comes together is written in one transaction, in order", async () => {
  const { change, turns, written } = await opened();
  await Promise.all(["U1", "U2", "U1"].map((person) => change(() => [asks(person)])));
  expect(await written()).toEqual(["person.U1", "person.U2", "person.U1"]);
  expect(turns()).toBe(1);
  await change(() => [asks("U3")]);
  expect(turns()).toBe(2);
});

test("what comes alone is written at once, and what follows in the same turn of the event loop is written together at its end", async () => {
  const { change, turns, written } = await opened();
  let isOver = false;
  setImmediate(() => {
    isOver = true;
  });
  await change(() => [asks("U1")]);
  expect(isOver).toBe(false);
  const second = change(() => [asks("U2")]);
  await Promise.resolve();
  await Promise.all([second, change(() => [asks("U3")])]);
  expect(isOver).toBe(true);
  expect(await written()).toEqual(["person.U1", "person.U2", "person.U3"]);
  expect(turns()).toBe(2);
});

test("no transaction takes more than a hundred decisions", async () => {
  const { change, turns, written } = await opened();
  await Promise.all(people(250).map((person) => change(() => [asks(person)])));
  expect(await written()).toEqual(people(250).map((person) => `person.${person}`));
  expect(turns()).toBe(3);
});

test("if it cannot be written, each of them is told", async () => {
  const { change, written, fill } = await opened();
  fill();
  const all = await Promise.allSettled(people(3).map((person) => change(() => [asks(person)])));
  expect(all.map((one) => one.status === "rejected" && one.reason)).toEqual(
    people(3).map(() => expect.any(LedgerUnwritable)),
  );
  expect(await written()).toEqual([]);
});
