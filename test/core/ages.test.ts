import { expect, test } from "vitest";
import { createAges } from "../../src/core/ages.ts";
import { manualClock } from "../support/manual-clock.ts";

const MINUTE = 60_000;

test("only of what is kept the age goes on whatever people do to the wall clock", async () => {
  const clock = manualClock(MINUTE);
  const ages = createAges(clock);
  const both = () => ["kept", "left"].map((key) => ages.of(key, 0) / MINUTE);
  expect(both()).toEqual([1, 1]);
  ages.keepOnly(new Set(["kept"]));
  await clock.advance(MINUTE);
  clock.jump(10 * MINUTE);
  expect(both()).toEqual([2, 12]);
});
