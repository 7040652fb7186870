import { describe, expect, test } from "vitest";
import { createLocalDuties } from "../../../src/adapters/memory/local-duties.ts";
import { clockDifference } from "../../../src/adapters/postgres/clock-difference.ts";
import { createDutiesByClock } from "../../../src/adapters/postgres/duties-by-clock.ts";
import { aborted } from "../../../src/core/aborted.ts";
import { clockStateOf } from "../../../src/core/clock-state.ts";
import type { Duty } from "../../../src/core/duties.ts";
import { type ManualClock, manualClock } from "../../support/manual-clock.ts";
import { keepLog } from "../../support/silent-log.ts";

const SECOND = 1_000;
/** From one look at the clocks to the next, in ms. */
const LOOK = 10 * SECOND;

/** A database whose clock is the real time. */
function database(clock: ManualClock) {
  return { rows: async <Row>() => [{ now: clock.real() }] as unknown as readonly Row[] };
}

function openReplica(clock: ManualClock, difference = () => clockDifference(database(clock), { clock })) {
  const log = keepLog();
  const events: string[] = [];
  const duty: Duty = {
    name: "server:prod",
    round: 5 * SECOND,
    async work(term) {
      events.push("works");
      term.progress();
      await aborted(term.signal);
      events.push("ends");
    },
  };
  const duties = createDutiesByClock({
    create: () => createLocalDuties({ log }),
    ...{ difference, clock, log },
  });
  return { duties, duty, events, log };
}

test.each([
  [0, "right"],
  [-2_000, "right"],
  [2_001, "differs"],
  [-9_999, "differs"],
  [10_000, "wrong"],
  [-3_600_000, "wrong"],
])("clocks that are %d ms apart: %s", (ms, state) => {
  expect(clockStateOf(ms)).toBe(state);
});

test.each([
  [0, 0],
  [3_000, 3_000],
  [-3_000, -3_000],
])("a clock that is %d ms ahead, asked over a slow way, differs by %d ms", async (ahead, expected) => {
  const clock = manualClock();
  clock.jump(ahead);
  const slow = {
    async rows<Row>() {
      const now = clock.real() + 800;
      await clock.advance(1_600);
      return [{ now }] as unknown as readonly Row[];
    },
  };
  const found = await clockDifference(slow, { clock });
  // What the way takes is not known more exactly than by its whole length.
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(800);
  expect(Math.sign(found)).toBe(Math.sign(expected));
});

describe("a replica whose clock", () => {
  test("is right takes part; one that differs by 3 s does too, and the log says so once", async () => {
    const clock = manualClock();
    const { duties, duty, events, log } = openReplica(clock);
    clock.jump(3 * SECOND);
    await duties.run([duty]);
    await clock.advance(5 * LOOK);
    expect([events, duties.clockState()]).toEqual([["works"], "differs"]);
    expect(log.said.filter((line) => line.includes("differ"))).toEqual([expect.stringContaining('"apart":3000')]);
    await duties.close();
  });

  test("is 10 s off takes no duty, and takes part once it is right", async () => {
    const clock = manualClock();
    const { duties, duty, events, log } = openReplica(clock);
    clock.jump(-10 * SECOND);
    await duties.run([duty]);
    expect([events, duties.clockState()]).toEqual([[], "wrong"]);
    expect(log.said.join()).toContain("it takes no duties");
    clock.jump(10 * SECOND);
    await clock.advance(LOOK);
    expect([events, duties.clockState()]).toEqual([["works"], "right"]);
    expect(log.said.at(-1)).toContain("right again");
    await duties.close();
    expect(events).toEqual(["works", "ends"]);
  });

  test("is set wrong while it works gives its duties back, and 3 s off is not right enough to take them again", async () => {
    const clock = manualClock();
    const { duties, duty, events } = openReplica(clock);
    await duties.run([duty]);
    clock.jump(60 * SECOND);
    await clock.advance(LOOK);
    expect(events).toEqual(["works", "ends"]);
    clock.jump(-57 * SECOND);
    await clock.advance(2 * LOOK);
    expect(duties.clockState()).toBe("wrong");
    clock.jump(-3 * SECOND);
    await clock.advance(LOOK);
    expect(events).toEqual(["works", "ends", "works"]);
    await duties.close();
  });

  test("is looked at while the database falls silent ends its work all the same", async () => {
    const clock = manualClock();
    let isSilent = false;
    const difference = async () => (isSilent ? new Promise<never>(() => {}) : 0);
    const { duties, duty, events } = openReplica(clock, difference);
    await duties.run([duty]);
    isSilent = true;
    await clock.advance(LOOK);
    await duties.close();
    expect(events).toEqual(["works", "ends"]);
  });
});
