import { expect, test } from "vitest";
import { type BeatConnection, createPostgresDuties } from "../../../src/adapters/postgres/postgres-duties.ts";
import { systemRandom } from "../../../src/system.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { keepLog } from "../../support/silent-log.ts";

type Connect = Parameters<typeof createPostgresDuties>[0]["connect"];

function given(connect: Connect) {
  const clock = manualClock();
  const log = keepLog();
  const ports = { clock, log, random: systemRandom, address: "test", version: 1, endProcess: () => {} };
  return { clock, log, duties: createPostgresDuties({ ...ports, connect }) };
}

/** A database without rows. */
const empty = (close: () => void = () => {}): BeatConnection => ({ rows: async () => [], close });

test("a connection that ends before it was made is an error of the start, and nothing else", async () => {
  const { duties } = given(async ({ onEnd }) => {
    onEnd();
    throw new Error("the password is wrong");
  });
  await expect(duties.run([])).rejects.toThrow("the password is wrong");
  await duties.close();
});

test("a replica that has given its duties back hears of that, and does not connect again", async () => {
  let connects = 0;
  let isGivenBack = false;
  const { clock, duties } = given(async ({ onNotice }) => {
    connects += 1;
    const rows: BeatConnection["rows"] = async (text) => {
      if (!isGivenBack || !text.includes("pg_notify")) return [];
      isGivenBack = false;
      onNotice();
      return [];
    };
    return { rows, close: () => {} };
  });
  await duties.run([{ name: "slack", round: 5_000, work: async () => {} }]);
  isGivenBack = true;
  await duties.close();
  await clock.advance(10_000);
  expect(connects).toBe(1);
});

test("a connection that is lost is made anew at once; an absence is logged once, and its end", async () => {
  const ends: (() => void)[] = [];
  let away = false;
  const { clock, log, duties } = given(async ({ onEnd }) => {
    if (away) throw new Error("no answer");
    ends.push(onEnd);
    return empty();
  });
  await duties.run([{ name: "slack", round: 5_000, work: async () => {} }]);
  ends[0]?.();
  await clock.advance(100);
  expect(ends).toHaveLength(2);
  ends[0]?.();
  await clock.advance(10_000);
  expect(ends).toHaveLength(2);
  away = true;
  ends[1]?.();
  await clock.advance(10_000);
  away = false;
  await clock.advance(2_000);
  expect(ends).toHaveLength(3);
  expect(log.said.map((line) => line.split(" {")[0])).toEqual([
    "the database did not answer a beat. Drydock tries again",
    "the database answers again",
  ]);
  await duties.close();
});

test("a database that does not answer holds up the end for 2 s, and the log says what was not given back", async () => {
  let away = false;
  const { clock, log, duties } = given(async () => ({
    rows: () => (away ? new Promise<never>(() => {}) : Promise.resolve([])),
    close: () => {},
  }));
  await duties.run([{ name: "slack", round: 5_000, work: async () => {} }]);
  away = true;
  let isClosed = false;
  const closed = duties.close().then(() => {
    isClosed = true;
  });
  await clock.advance(2_000);
  expect(isClosed).toBe(true);
  await closed;
  expect(log.said.at(-1)).toContain("another replica takes the duties of this one after 5 s");
});
