import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAYS } from "../../src/core/days.ts";
import type { MaintenanceWindow } from "../../src/model/policy.ts";
import { closing, isOpen, longestOpening, nextOpening, wallClock, zonedOpening } from "../../src/model/windows.ts";
import { runs } from "../support/runs.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Zones with the moments at which their clocks changed in 2026: forward, back, by half an hour, and never. */
const CHANGES: readonly (readonly [string, string])[] = [
  ["Europe/Berlin", "2026-03-29T01:00:00Z"],
  ["Europe/Berlin", "2026-10-25T01:00:00Z"],
  ["America/New_York", "2026-03-08T07:00:00Z"],
  ["America/New_York", "2026-11-01T06:00:00Z"],
  ["Australia/Lord_Howe", "2026-04-04T15:00:00Z"],
  ["Australia/Lord_Howe", "2026-10-03T15:30:00Z"],
  ["America/St_Johns", "2026-03-08T05:30:00Z"],
  ["Asia/Kolkata", "2026-06-01T00:00:00Z"],
  ["UTC", "2026-06-01T00:00:00Z"],
];

const window = fc
  .record({
    days: fc.uniqueArray(fc.constantFrom(...DAYS), { minLength: 1 }),
    from: fc.nat(1_439),
    to: fc.integer({ min: 0, max: 1_440 }),
  })
  .filter(({ from, to }) => from !== to);

const formatters = new Map<string, Intl.DateTimeFormat>();

/** To make one takes much longer than to use it. */
function formatterOf(zone: string): Intl.DateTimeFormat {
  const made =
    formatters.get(zone) ??
    new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  formatters.set(zone, made);
  return made;
}

/** The wall clock by another way: the whole date as text, as Node's own formatter writes it. */
function shown(zone: string, at: number): string {
  const text = formatterOf(zone).format(at);
  const [date = "", time = ""] = text.split(" ");
  const day = DAYS[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7];
  return `${day} ${time}`;
}

describe("a maintenance window", () => {
  test.each(CHANGES)("in %s is open exactly when the clock on the wall is inside it, around %s", (zone, change) => {
    fc.assert(
      fc.property(window, fc.integer({ min: -36 * 60, max: 36 * 60 }), (given, minutes) => {
        const at = Date.parse(change) + minutes * MINUTE;
        const [day = "", time = ""] = shown(zone, at).split(" ");
        const minute = Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
        const today = DAYS.findIndex((name) => day.startsWith(name));
        const yesterday = DAYS[(today + 6) % 7] as (typeof DAYS)[number];
        const { days, from, to } = given;
        const inside =
          from < to
            ? days.some((name) => name === day) && minute >= from && minute < to
            : (days.some((name) => name === day) && minute >= from) || (days.includes(yesterday) && minute < to);
        expect(isOpen([{ ...given, zone }], at)).toBe(inside);
      }),
    );
  });

  test.each(CHANGES)("in %s closes at the first minute at which it is not open any more, around %s", (zone, change) => {
    fc.assert(
      fc.property(
        fc.array(window, { minLength: 1, maxLength: 2 }),
        fc.integer({ min: -36 * 60, max: 36 * 60 }),
        (given, minutes) => {
          const at = Date.parse(change) + minutes * MINUTE;
          const windows = given.map((one) => ({ ...one, zone }));
          const closes = closing(windows, at);
          let expected: number | undefined;
          for (let time = at; time < at + 30 * HOUR && expected === undefined; time += MINUTE)
            if (!isOpen(windows, time)) expected = time;
          if (expected === undefined) expect(closes ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(at + 30 * HOUR);
          else expect(closes).toBe(expected);
          // What is remembered of it is not believed for other times.
          const next = expected === undefined ? at + HOUR : expected + 5 * MINUTE;
          expect(closing(windows, next)).toBe(closing([...windows], next));
        },
      ),
      { numRuns: runs(6, 100) },
    );
  });

  test.each(CHANGES)("in %s opens next at the first minute at which it is open, around %s", (zone, change) => {
    fc.assert(
      fc.property(
        fc.array(window, { minLength: 1, maxLength: 2 }),
        fc.integer({ min: -60, max: 60 }),
        (given, hours) => {
          const windows = given.map((one): MaintenanceWindow => ({ ...one, zone }));
          const at = Date.parse(change) + hours * HOUR + 17 * MINUTE;
          const opens = nextOpening(windows, at) ?? Number.POSITIVE_INFINITY;
          expect(opens).toBeLessThan(at + 8 * 24 * HOUR);
          expect(isOpen(windows, opens)).toBe(true);
          for (let minute = at; minute < opens; minute += MINUTE) expect(isOpen(windows, minute)).toBe(false);
        },
      ),
      { numRuns: runs(3, 50) },
    );
  });

  test("runs over midnight, also when the clocks go back within it", () => {
    const night: MaintenanceWindow = { days: ["sat"], from: 23 * 60, to: 3 * 60, zone: "Europe/Berlin" };
    // Saturday 24 October 2026, 23:00 in summer time, until Sunday 03:00 in winter time: five hours.
    const begins = Date.parse("2026-10-24T21:00:00Z");
    const open = Array.from({ length: 8 }, (_, i) => isOpen([night], begins + (i - 1) * HOUR));
    expect(open).toEqual([false, true, true, true, true, true, false, false]);
  });

  test("that the clocks skip begins when they have gone on", () => {
    const skipped: MaintenanceWindow = { days: ["sun"], from: 2 * 60 + 30, to: 4 * 60, zone: "Europe/Berlin" };
    const at = Date.parse("2026-03-29T00:10:00Z");
    expect(nextOpening([skipped], at)).toBe(Date.parse("2026-03-29T01:00:00Z"));
    expect(zonedOpening([skipped], at)).toEqual({ opens: Date.parse("2026-03-29T01:00:00Z"), zone: "Europe/Berlin" });
  });

  test("none means always", () => {
    expect(isOpen([], 0)).toBe(true);
    expect(wallClock("UTC", 0)).toEqual({ day: 3, minute: 0 });
  });
});

test("the longest opening counts windows that follow one another without a break as one", () => {
  const zone = "UTC";
  const evening: MaintenanceWindow = { days: ["sat"], from: 22 * 60, to: 24 * 60, zone };
  const morning: MaintenanceWindow = { days: ["sun"], from: 0, to: 4 * 60, zone };
  const noon: MaintenanceWindow = { days: [...DAYS], from: 12 * 60, to: 13 * 60, zone };
  const from = Date.parse("2026-11-23T12:30:00Z");
  expect(longestOpening([noon], from)).toBe(HOUR);
  expect(longestOpening([noon, evening, morning], from)).toBe(6 * HOUR);
  expect(longestOpening([], from)).toBe(Number.POSITIVE_INFINITY);
});
