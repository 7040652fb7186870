import { expect, test } from "vitest";
import { freezeWords } from "../../src/gates/freeze.ts";

test("a freeze is told with its reason as data", () => {
  const until = Date.parse("2026-12-01T05:00:00Z");
  expect(freezeWords({ by: { person: "U0ALICE" }, until, reason: "storage" })).toEqual([
    "frozen by ",
    { person: "U0ALICE" },
    " ",
    "until ",
    { at: until },
    ": ",
    { data: "storage" },
  ]);
});
