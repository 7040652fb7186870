import { expect, test } from "vitest";
import { createGracefulShutdown, NOT_HERE } from "../../src/conversation/graceful-shutdown.ts";
import { keyOf } from "../../src/core/view.ts";
import { manualClock } from "../support/manual-clock.ts";

const never = () => new Promise<never>(() => {});

test("a ledger that never answers keeps no person from their answer, and the end for half a second at most", async () => {
  const clock = manualClock();
  const recorded: string[] = [];
  const cutOff = ({ person }: { readonly person: string }) => {
    recorded.push(person);
    return never();
  };
  const shutdown = createGracefulShutdown({ ...NOT_HERE, call: never }, { clock, cutOff });
  const told: string[] = [];
  for (const person of ["U0ALICE", "U0BOB"])
    void shutdown.answer
      .call({ via: "slash", person, channel: "C0", text: "stop prod-1" }, () => false)
      .then((shown) => told.push(keyOf(shown)));
  let isClosed = false;
  void shutdown.close(3_500).then(() => {
    isClosed = true;
  });
  await clock.advance(3_499);
  expect(told).toEqual([]);
  await clock.advance(1);
  expect([told, recorded]).toEqual([
    ["cut-off", "cut-off"],
    ["U0ALICE", "U0BOB"],
  ]);
  expect(isClosed).toBe(false);
  await clock.advance(500);
  expect(isClosed).toBe(true);
});
