import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nearness } from "../../src/core/nearness.ts";
import { foldName, plainText, sameName } from "../../src/core/typed-text.ts";

describe("names that a person takes for the same", () => {
  test.each([
    ["Web-1", "web-1"],
    ["web\u20111", "web-1"],
    ["web\u20131", "web\u20121"],
    ["web-1\u200b", "\ufeffweb-1"],
    ["web\u00a01", "web 1"],
    ["cafe\u0301", "caf\u00e9"],
  ])("%j is %j", (a, b) => {
    expect(sameName(a, b)).toBe(true);
  });

  test("folding twice is folding once, and plain text stays plain", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(foldName(foldName(text))).toBe(foldName(text));
        expect(plainText(plainText(text))).toBe(plainText(text));
      }),
    );
  });
});

describe("nearness", () => {
  test.each([
    ["db1", "db-1", 1],
    ["db1", "db-1.example.com", 2],
    ["db-1", "DB-1.example.com", 1],
    ["web*1x", "web1", 1],
    ["7.0.5.3", "7.0.5.2.1050384", 2],
    ["db1", "web-17", undefined],
    ["a", "b", undefined],
    ["", "b", undefined],
  ])("%s is %s away from %s", (typed, known, far) => {
    expect(nearness(typed, known)).toBe(far);
  });
});
