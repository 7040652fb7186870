import fc from "fast-check";
import { expect, test } from "vitest";
import { parseDuration, writtenDuration } from "../../src/config/duration.ts";

test("a duration that is written is read as the same", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 24 * 86_400 }), fc.constantFrom(1, 1000), (n, unit) => {
      expect(parseDuration(writtenDuration(n * unit))).toBe(n * unit);
    }),
  );
});

test.each([
  [500, "500ms"],
  [90_000, "90s"],
  [24 * 3_600_000, "24h"],
])("%i ms is written as people write it: %s", (ms, written) => {
  expect(writtenDuration(ms)).toBe(written);
});
