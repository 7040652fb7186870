import { expect, test } from "vitest";
import { openMemoryLedger } from "../../src/adapters/memory/memory-ledger.ts";
import { type Ledger, LedgerLost, LedgerUnwritable } from "../../src/model/ledger-port.ts";
import { followOthers } from "../../src/projections/follow-others.ts";
import { openProjections } from "../../src/projections/projections.ts";
import { anEvent } from "../contract/ledger.contract.ts";
import { append } from "../support/append.ts";
import { manualClock } from "../support/manual-clock.ts";
import { keepLog } from "../support/silent-log.ts";

test("what others write is folded when they have written it, after failures too, and no more after the stop", async () => {
  const clock = manualClock();
  const log = keepLog();
  const memory = openMemoryLedger();
  let heard = () => {};
  let isAway = false;
  const ledger: Ledger = {
    ...memory,
    async since(position, limit) {
      if (isAway) throw new LedgerUnwritable("away");
      return memory.since(position, limit);
    },
    follow(listener) {
      heard = listener;
      return () => {
        heard = () => {};
      };
    },
  };
  const projections = await openProjections(ledger, { clock, random: { id: () => "id", fraction: () => 0 } });
  const others = followOthers({ ledger, projections, clock, log });
  const othersWrite = async () => {
    await append(memory, "server.prod", anEvent());
    heard();
  };
  await othersWrite();
  await clock.advance(0);
  expect(projections.position).toBe(1);
  isAway = true;
  await othersWrite();
  await clock.advance(5_000);
  expect([projections.position, log.said.length]).toEqual([1, 1]);
  isAway = false;
  await clock.advance(1_000);
  expect(projections.position).toBe(2);
  others.stop();
  await othersWrite();
  await clock.advance(5_000);
  expect(projections.position).toBe(2);
});

test("a ledger that went back in time is found at the next read: nothing can be written until it is put right", async () => {
  const ledger = openMemoryLedger();
  const given: Ledger = { ...ledger };
  const projections = await openProjections(given, {
    clock: manualClock(),
    random: { id: () => "id", fraction: () => 0 },
  });
  given.since = () => Promise.reject(new LedgerLost());
  await expect(projections.catchUp()).rejects.toThrow(LedgerLost);
  expect(projections.unwritable).toContain("it lacks events");
  given.since = ledger.since;
  await projections.check();
  expect(projections.unwritable).toBeUndefined();
});
