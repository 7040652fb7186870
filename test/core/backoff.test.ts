import { expect, test } from "vitest";
import { createBackoff, pauseAfter } from "../../src/core/backoff.ts";
import { createOnce } from "../../src/core/once.ts";
import { manualClock } from "../support/manual-clock.ts";

const MINUTE = 60_000;

test("what failed is tried again later after each failure, and at once after it worked", async () => {
  const clock = manualClock();
  const backoff = createBackoff({ clock });
  expect([backoff.allows("a"), backoff.isFailing("a")]).toEqual([true, false]);
  const pauses: number[] = [];
  for (let i = 0; i < 7; i += 1) {
    backoff.failed("a");
    const from = clock.monotonic();
    while (!backoff.allows("a")) await clock.advance(1_000);
    pauses.push(clock.monotonic() - from);
  }
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  backoff.failed("a");
  expect([backoff.allows("a"), backoff.allows("b"), backoff.isFailing("a")]).toEqual([false, true, true]);
  backoff.worked("a");
  expect([backoff.allows("a"), backoff.isFailing("a")]).toEqual([true, false]);
});

test("a first pause of more than half a minute stays as long as it is", () => {
  expect([0, 1, 2, 9].map((failures) => pauseAfter(failures, 45_000))).toEqual([0, 45_000, 45_000, 45_000]);
});

test("the same is new once in ten minutes, and at once when it was over meanwhile", async () => {
  const clock = manualClock();
  const once = createOnce({ clock });
  expect([once.isNew("a"), once.isNew("a"), once.isNew("b")]).toEqual([true, false, true]);
  await clock.advance(10 * MINUTE - 1);
  expect(once.isNew("a")).toBe(false);
  await clock.advance(1);
  expect([once.isNew("a"), once.isNew("a")]).toEqual([true, false]);
  once.forget("a");
  expect(once.isNew("a")).toBe(true);
});

test("of too many things the one that came first is forgotten", () => {
  const once = createOnce({ clock: manualClock(), max: 2 });
  expect(["a", "b", "b", "c", "a"].map(once.isNew)).toEqual([true, true, false, true, true]);
});
