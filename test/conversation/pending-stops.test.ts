import { expect, test } from "vitest";
import { openMemoryLedger } from "../../src/adapters/memory/memory-ledger.ts";
import { createPendingStops } from "../../src/conversation/pending-stops.ts";
import { LedgerUnwritable } from "../../src/model/ledger-port.ts";
import { createLedgerWatch } from "../../src/projections/ledger-watch.ts";
import { keepLog } from "../support/silent-log.ts";
import { smallServer } from "../support/small-server.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

/** A ledger that can be broken and mended. */
async function breakable() {
  const ledger = openMemoryLedger();
  const state = { isBroken: false, turns: 0, held: Promise.resolve() };
  const refuse = () => {
    if (state.isBroken) throw new LedgerUnwritable("full");
  };
  const small = await smallServer(
    planOf([plannedAgent("a")]),
    {},
    {
      ...ledger,
      async turn(...given) {
        state.turns += 1;
        await state.held;
        refuse();
        return ledger.turn(...given);
      },
      check: async () => refuse(),
    },
  );
  const ports = { ...small, log: keepLog() };
  return { ...small, state, log: ports.log, stops: createPendingStops(ports), watch: createLedgerWatch(ports) };
}

test("a stop that could not be written down is not taken back by a pause that follows, and is written a second after it can be", async () => {
  const { stops, state, clock, rollout } = await breakable();
  state.isBroken = true;
  stops.keep("prod-1", { actor: "U0ALICE" }, { type: "rollout.stopped", data: { by: "U0ALICE" } });
  stops.keep(
    "prod-1",
    { actor: "U0BOB" },
    {
      type: "rollout.paused",
      data: { by: "U0BOB", kind: "person", causes: [] },
    },
  );
  await clock.advance(10_000);
  expect(rollout().status).toBe("running");
  state.isBroken = false;
  await clock.advance(1_000);
  expect(rollout().status).toBe("stopping");
});

test("nothing is tried any more after its end, also where an attempt was under way", async () => {
  const { stops, state, clock } = await breakable();
  let letGo = () => {};
  state.held = new Promise((resolve) => {
    letGo = resolve;
  });
  state.isBroken = true;
  const before = state.turns;
  const stop = { type: "rollout.stopped", data: { by: "U0ALICE" } } as const;
  stops.keep("prod-1", { actor: "U0ALICE" }, stop);
  await clock.advance(1_000);
  stops.stop();
  letGo();
  stops.keep("prod-1", { actor: "U0ALICE" }, stop);
  await clock.advance(10_000);
  expect(state.turns).toBe(before + 1);
});

test("nothing begins until the ledger could be written for five seconds, so that stops get in first, and the log says both once", async () => {
  const { write, state, clock, log, watch } = await breakable();
  expect(watch.isWritableAgain()).toBe(false);
  state.isBroken = true;
  await write("server.prod", { type: "server.back", data: {} }).catch(() => undefined);
  await clock.advance(10_000);
  state.isBroken = false;
  await clock.advance(1_000);
  expect(watch.isWritableAgain()).toBe(true);
  await clock.advance(4_999);
  expect(watch.isWritableAgain()).toBe(true);
  await clock.advance(1);
  expect(watch.isWritableAgain()).toBe(false);
  expect(log.said.map((line) => line.split(" {")[0])).toEqual([
    "nothing begins until the ledger can be written",
    "the ledger can be written again",
  ]);
});
