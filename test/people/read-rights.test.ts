import { expect, test } from "vitest";
import { missingOnAny } from "../../src/people/read-rights.ts";

test("what is missing on several agents is known only if it was read on each, and there are any", () => {
  const [a, b] = [{ id: "a" }, { id: "b" }];
  const missing = new Map([
    ["a", ["View Agents"]],
    ["b", ["View Agents", "Upgrade Agents"]],
  ]);
  expect(missingOnAny([a, b], missing)).toEqual(["View Agents", "Upgrade Agents"]);
  expect(missingOnAny([a, { id: "c" }], missing)).toBeUndefined();
  expect(missingOnAny([], missing)).toBeUndefined();
  expect(missingOnAny([a], new Map([["a", []]]))).toEqual([]);
});
