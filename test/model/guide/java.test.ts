import { expect, test } from "vitest";
import { javaMinimum, raisesJava } from "../../../src/model/guide/java.ts";

test.each([
  ["6.2.1.0.1", undefined],
  ["6.2.2.0.1", 8],
  ["7.0.1.9", 8],
  ["7.0.2.0", 11],
  ["8.1.9", 11],
  ["8.2.0.0.1", 17],
  ["later", undefined],
  [undefined, undefined],
])("at %s the least Java is %s", (version, java) => {
  expect(javaMinimum(version)?.java).toBe(java);
});

test.each([
  ["6.2.7.1", "7.0.2", true],
  ["7.0.2", "7.3", false],
  ["6.2.7.1", "8.2", true],
  // Of an agent whose version nobody tells, nothing can be said to stay as it was.
  [undefined, "7.3", true],
  ["7.3", undefined, false],
])("from %s to %s it rises: %s", (from, to, rises) => {
  expect(raisesJava(from, to)).toBe(rises);
});
