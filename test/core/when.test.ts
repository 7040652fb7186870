import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseWhen, sayWhen, timeWords } from "../../src/core/when.ts";
import { runs } from "../support/runs.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A Tuesday. */
const NOW = Date.parse("2026-11-24T20:15:30Z");

/** Zones with a change of their clocks: forward, back, by half an hour, over a whole day, and none. */
const ZONES: readonly (readonly [string, string])[] = [
  ["Europe/Berlin", "2026-03-29T01:00:00Z"],
  ["Europe/Berlin", "2026-10-25T01:00:00Z"],
  ["America/New_York", "2026-03-08T07:00:00Z"],
  ["America/New_York", "2026-11-01T06:00:00Z"],
  ["Australia/Lord_Howe", "2026-04-04T15:00:00Z"],
  ["Australia/Lord_Howe", "2026-10-03T15:30:00Z"],
  ["Pacific/Apia", "2011-12-30T10:00:00Z"],
  ["Asia/Kolkata", "2026-06-01T00:00:00Z"],
  ["UTC", "2026-06-01T00:00:00Z"],
];

function parsed(text: string, zone = "UTC", now = NOW): string {
  const when = parseWhen(text, now, zone);
  return "at" in when ? new Date(when.at).toISOString() : when.problem;
}

/** The wall clock by another way: the whole date as text, as Node's own formatter writes it. */
function shown(zone: string, at: number): string {
  const formatter =
    formatters.get(zone) ??
    new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  formatters.set(zone, formatter);
  return formatter.format(at);
}

/** To make one takes much longer than to use it. */
const formatters = new Map<string, Intl.DateTimeFormat>();

describe("a time that somebody types", () => {
  test.each([
    ["30m", "2026-11-24T20:45:30.000Z"],
    ["45s", "2026-11-24T20:16:15.000Z"],
    ["90 min", "2026-11-24T21:45:30.000Z"],
    ["1h30m", "2026-11-24T21:45:30.000Z"],
    ["in 4h", "2026-11-25T00:15:30.000Z"],
    ["2d", "2026-11-26T20:15:30.000Z"],
    ["22:30", "2026-11-24T22:30:00.000Z"],
    ["20:15", "2026-11-25T20:15:00.000Z"],
    ["6:00", "2026-11-25T06:00:00.000Z"],
    ["10pm", "2026-11-24T22:00:00.000Z"],
    ["12:05 AM", "2026-11-25T00:05:00.000Z"],
    ["today 23:00", "2026-11-24T23:00:00.000Z"],
    ["tomorrow 06:00", "2026-11-25T06:00:00.000Z"],
    ["sat 22:00", "2026-11-28T22:00:00.000Z"],
    ["next sat 22:00", "2026-11-28T22:00:00.000Z"],
    ["next Tuesday 21:00", "2026-12-01T21:00:00.000Z"],
    ["tonight 22:00", "2026-11-24T22:00:00.000Z"],
    ["tonight 10pm", "2026-11-24T22:00:00.000Z"],
    ["tonight 02:00", "2026-11-25T02:00:00.000Z"],
    ["tonight midnight", "2026-11-25T00:00:00.000Z"],
    ["noon", "2026-11-25T12:00:00.000Z"],
    ["tomorrow noon", "2026-11-25T12:00:00.000Z"],
    ["midnight", "2026-11-25T00:00:00.000Z"],
    ["24:00", "2026-11-25T00:00:00.000Z"],
    ["sat 24:00", "2026-11-29T00:00:00.000Z"],
    ["2026-12-01T24:00", "2026-12-02T00:00:00.000Z"],
    ["24:00 Europe/Berlin", "2026-11-24T23:00:00.000Z"],
    ["1h30", "2026-11-24T21:45:30.000Z"],
    ["1h 30", "2026-11-24T21:45:30.000Z"],
    ["+2h", "2026-11-24T22:15:30.000Z"],
    ["in 2 hours", "2026-11-24T22:15:30.000Z"],
    ["1 hour 30 minutes", "2026-11-24T21:45:30.000Z"],
    ["+ 2 hrs", "2026-11-24T22:15:30.000Z"],
    ["2hours 10 secs", "2026-11-24T22:15:40.000Z"],
    ["in 120 mins", "2026-11-24T22:15:30.000Z"],
    ["in 1d 2h30", "2026-11-25T22:45:30.000Z"],
    ["at 22:30", "2026-11-24T22:30:00.000Z"],
    ["Tuesday 20:00", "2026-12-01T20:00:00.000Z"],
    ["tues 21:00", "2026-11-24T21:00:00.000Z"],
    ["2026-12-01T06:00", "2026-12-01T06:00:00.000Z"],
    ["2026-12-01 06:00", "2026-12-01T06:00:00.000Z"],
    ["2026-12-01", "2026-12-01T00:00:00.000Z"],
    ["2026-12-01T06:00+02:00", "2026-12-01T04:00:00.000Z"],
    ["2026-12-01T06:00 Europe/Berlin", "2026-12-01T05:00:00.000Z"],
    ["22:30 America/New_York", "2026-11-25T03:30:00.000Z"],
  ])("%s is %s", (text, expected) => {
    expect(parsed(text)).toBe(expected);
  });

  test("is meant in the zone of whoever typed it, unless it says another", () => {
    expect(parsed("22:30", "Europe/Berlin")).toBe("2026-11-24T21:30:00.000Z");
    expect(parsed("22:30 UTC", "Europe/Berlin")).toBe("2026-11-24T22:30:00.000Z");
    expect(parsed("22:30Z", "Europe/Berlin")).toBe("2026-11-24T22:30:00.000Z");
  });

  test.each([
    "",
    "soon",
    "25:00",
    "22",
    "22:60",
    "13pm",
    "2026-13-01",
    "2026-06-31",
    "2027-02-29",
    "22:30+05:75",
    "fri",
    "m",
    "0m",
    "24:01",
    "1h60",
    "1h300",
    "next 22:00",
    "next tomorrow 22:00",
    "tonight",
    "tonight 10:00",
    "next",
  ])("%s is none, and what would be is said", (text) => {
    expect(parsed(text)).toMatch(/^Drydock does not understand the time ".*". Examples: 30m, 4h, 22:30/s);
  });

  test("has to come, and not too far away", () => {
    expect(parsed("today 06:00")).toContain("is in the past");
    expect(parsed("2026-11-01")).toContain("is in the past");
    expect(parsed("9999d")).toContain("more than 400 days away");
    expect(parsed("22:30 Europe/Atlantis")).toContain('Drydock does not understand the time "22:30 Europe/Atlantis"');
  });

  test.each(ZONES)(
    "in %s is the next minute at which the clock shows it or has gone over it, also around %s",
    (zone, change) => {
      const from = Date.parse(change) - 41 * HOUR;
      const minutes = Array.from({ length: 130 * 60 }, (_, i) => from + i * MINUTE);
      const clock = minutes.map((at) => Date.parse(`${shown(zone, at).replace(" ", "T")}Z`) / MINUTE);
      fc.assert(
        fc.property(fc.integer({ min: -40 * 60, max: 40 * 60 }), fc.nat(1_439), (offset, minute) => {
          const now = Date.parse(change) + offset * MINUTE;
          const text = `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
          const when = parseWhen(text, now, zone);
          const day = (i: number) => Math.floor(((clock[i] ?? 0) - minute) / 1_440);
          const shows = (i: number) => ((clock[i] ?? 0) - minute) % 1_440 === 0;
          const next = minutes.findIndex((at, i) => at > now && (day(i) > day(i - 1) || shows(i)));
          expect("at" in when ? when.at : undefined).toBe(minutes[next]);
        }),
        { numRuns: runs(30, 1_000) },
      );
    },
  );

  test.each(ZONES)("in %s, written as a date around %s, is read as it is told", (zone, change) => {
    fc.assert(
      fc.property(fc.integer({ min: -3 * 24 * 60, max: 3 * 24 * 60 }), (offset) => {
        const at = Date.parse(change) + offset * MINUTE;
        const when = parseWhen(shown(zone, at).replace(" ", "T"), at - 5 * DAY, zone);
        const again = "at" in when ? when.at : Number.NaN;
        expect(shown(zone, again)).toBe(shown(zone, at));
        // Of an hour that comes twice it is the first.
        expect(again).toBeLessThanOrEqual(at);
        expect(sayWhen(again, [zone])).toBe(sayWhen(at, [zone]));
      }),
      { numRuns: runs(50, 1_000) },
    );
  });

  test("ends where other words begin", () => {
    for (const [text, words] of [
      ["sat 22:00 web-1", 2],
      ["next sat 10 pm Europe/Berlin web-1", 5],
      ["tonight 22:00 10.0.0.7", 2],
      ["2026-12-01 06:00 +02:00", 3],
      ["1h 30m db-1", 2],
      ["4h today the disks are swapped", 1],
      ["next window web-1", 2],
      ["web-1 22:00", 0],
    ] as const)
      expect([text, timeWords(text.split(" "))]).toEqual([text, words]);
  });

  test("at the end of any day is at the beginning of the next", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.integer({ min: -3 * 24 * 60, max: 3 * 24 * 60 }),
        ([zone, change], offset) => {
          const now = Date.parse(change) + offset * MINUTE;
          const when = parseWhen("24:00", now, zone);
          expect(parseWhen("midnight", now, zone)).toEqual(when);
          expect(parseWhen("00:00", now, zone)).toEqual(when);
        },
      ),
      { numRuns: runs(50, 1_000) },
    );
  });

  test("never throws, whatever is typed", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-z:+T/ -]{1,20}$/)), (text) => {
        const when = parseWhen(text, NOW, "Europe/Berlin");
        expect("at" in when ? when.at > NOW : when.problem.length > 0).toBe(true);
      }),
    );
  });
});

describe("a time that somebody is told", () => {
  test("is told in each different zone", () => {
    const at = Date.parse("2026-12-05T21:00:00Z");
    expect(sayWhen(at, ["Europe/Berlin", "UTC", "Europe/Berlin", undefined])).toBe(
      "Sat 2026-12-05 22:00 (Europe/Berlin), Sat 2026-12-05 21:00 (UTC)",
    );
  });
});

test("an instant between two milliseconds, as forecasts have them, is said like the one before", () => {
  expect(sayWhen(999.7, ["UTC", "Europe/Berlin"])).toBe(sayWhen(999, ["UTC", "Europe/Berlin"]));
});
