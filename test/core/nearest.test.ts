import { expect, test } from "vitest";
import { nearest } from "../../src/core/nearest.ts";

const FLAGS = ["tag", "name", "limit", "exclude", "upgrade-required"];

test.each([
  ["nmae", "name"],
  ["tga", undefined],
  ["tags", "tag"],
  ["max", undefined],
  ["limits", "limit"],
  ["upgrade-requierd", "upgrade-required"],
  ["x", undefined],
  ["", undefined],
])("%s is meant as %s", (typed, meant) => {
  expect(nearest(typed, FLAGS)).toBe(meant);
});
