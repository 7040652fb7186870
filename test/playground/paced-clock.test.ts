import { afterEach, expect, test } from "vitest";
import { createPacedClock } from "../../playground/paced-clock.ts";

const STEP = 20;
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

function runningClock() {
  const clock = createPacedClock(1_000);
  ends.push(() => clock.stop());
  return clock;
}

test("timers run in the order in which they are due, none early and none that was cancelled", async () => {
  const clock = runningClock();
  const from = clock.now();
  const ran: [string, boolean][] = [];
  const note = (name: string, due: number) => () => ran.push([name, clock.now() - from >= due]);
  const last = new Promise<void>((resolve) => clock.after(9_000, resolve));
  clock.after(8_000, note("late", 8_000));
  clock.after(4_000, note("early", 4_000));
  clock.after(6_000, note("cancelled", 6_000))();
  const cancelNext = clock.after(5_001, note("cancelled by the one before", 5_001));
  clock.after(5_000, cancelNext);
  clock.after(0, () => clock.after(7_000, note("nested", 7_000)));
  await last;
  expect(ran).toEqual([
    ["early", true],
    ["nested", true],
    ["late", true],
  ]);
});

test("a machine that stands still loses no time: each turn goes one step at most", async () => {
  const clock = runningClock();
  await turn();
  const until = performance.now() + 200;
  while (performance.now() < until);
  const before = clock.now();
  for (let n = 1; n <= 20; n += 1) {
    await turn();
    expect(clock.now() - before).toBeLessThanOrEqual((n + 1) * STEP);
  }
});

test("a new speed counts from now on, and what the clock was behind is forgotten", async () => {
  const clock = runningClock();
  const until = performance.now() + 50;
  while (performance.now() < until);
  await turn();
  clock.setSpeed(0);
  const slowed = clock.now();
  for (let n = 0; n < 20; n += 1) await turn();
  expect(clock.now()).toBe(slowed);
  clock.setSpeed(1_000);
  await new Promise<void>((resolve) => clock.after(100, resolve));
});

test("a clock that was stopped takes no more turns", async () => {
  const clock = runningClock();
  const from = clock.now();
  while (clock.now() === from) await turn();
  clock.stop();
  const stopped = clock.now();
  for (let n = 0; n < 20; n += 1) await turn();
  expect(clock.now()).toBe(stopped);
});
