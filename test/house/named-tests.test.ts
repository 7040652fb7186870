import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isThere, namedTests } from "../support/pages/named-tests.ts";

/** The rows of all tables of a page, without their headings. */
function rowsOf(page: string): readonly (readonly string[])[] {
  return readFileSync(page, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| ---"))
    .map((line) => line.slice(2, -2).split(" | "))
    .filter(([, , third]) => third !== "Test");
}

describe.each([
  ["docs/upgrade-guide.md", 30],
  ["docs/faults.md", 18],
] as const)("the tables of %s", (page, least) => {
  const rows = rowsOf(page);

  test("have three cells in every row", () => {
    expect(rows.length).toBeGreaterThan(least);
    expect(rows.filter((row) => row.length !== 3)).toEqual([]);
  });

  test("name tests that are there", () => {
    const named = rows.map(([fault = "", , cell = ""]) => ({ fault, tests: namedTests(cell) }));
    expect(named.filter(({ tests }) => tests.length === 0)).toEqual([]);
    expect(named.flatMap(({ tests }) => tests.filter((one) => !isThere(one)))).toEqual([]);
  });
});

test("a title that is only the middle of one is no test", () => {
  expect(isThere({ file: "test/model/plan/plan.test.ts", title: "puts Upgrade Required before" })).toBe(true);
  expect(isThere({ file: "test/model/plan/plan.test.ts", title: "Upgrade Required before" })).toBe(false);
  expect(isThere({ file: "test/none.test.ts", title: "" })).toBe(false);
});
