import fc from "fast-check";
import semver from "semver";
import { describe, expect, test } from "vitest";
import { compareVersions, parseRange, parseVersion, type Version } from "../../src/core/version.ts";

const part = fc.integer({ min: 0, max: 12 });
const parts = fc.array(part, { minLength: 1, maxLength: 5 });

function version(text: string): Version {
  const parsed = parseVersion(text);
  if (!parsed) throw new Error(`${text} is no version`);
  return parsed;
}

describe("versions", () => {
  test.each(["", "7.", ".7", "1.2.3.4.5.6", "7.1a", "v7", "-1", "1234567890"])("%j is none", (text) => {
    expect(parseVersion(text)).toBeUndefined();
  });

  test("compare as numbers, and are ordered", () => {
    fc.assert(
      fc.property(parts, parts, parts, (a, b, c) => {
        const [x, y, z] = [a, b, c].map((numbers) => version(numbers.join("."))) as [Version, Version, Version];
        expect(Math.sign(compareVersions(x, y))).toBe(-Math.sign(compareVersions(y, x)) + 0);
        if (compareVersions(x, y) <= 0 && compareVersions(y, z) <= 0)
          expect(compareVersions(x, z)).toBeLessThanOrEqual(0);
      }),
    );
    expect(compareVersions(version("6.2.7.1.960390"), version("6.2.7.1.1000000"))).toBeLessThan(0);
    expect(compareVersions(version("7.1"), version("7.1.0.0.0"))).toBe(0);
  });
});

describe("ranges", () => {
  test("of up to three parts mean what semver says", () => {
    const range = fc
      .tuple(fc.constantFrom("", "<", "<=", ">", ">=", "=", "~", "^"), fc.array(part, { minLength: 1, maxLength: 3 }))
      .map(([operator, numbers]) => operator + numbers.join("."));
    fc.assert(
      fc.property(range, fc.tuple(part, part, part), (text, numbers) => {
        expect(parseRange(text)?.includes(version(numbers.join(".")))).toBe(semver.satisfies(numbers.join("."), text));
      }),
    );
  });

  test("of four and five parts compare as many numbers as they write", () => {
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 4, maxLength: 5 }),
        fc.array(part, { minLength: 5, maxLength: 5 }),
        (bound, numbers) => {
          const written = version(numbers.slice(0, bound.length).join("."));
          const order = Math.sign(compareVersions(written, version(bound.join("."))));
          const holds = (operator: string) =>
            parseRange(operator + bound.join("."))?.includes(version(numbers.join(".")));
          expect([holds("<"), holds("<="), holds("="), holds(">="), holds(">")]).toEqual([
            order < 0,
            order <= 0,
            order === 0,
            order >= 0,
            order > 0,
          ]);
        },
      ),
    );
  });

  test.each([
    [">=6.2.7.1 <7.1.2.10", "7.1.2.9.100", true],
    [">=6.2.7.1 <7.1.2.10", "7.1.2.10.1", false],
    ["<6.0.0.1 || >=7.1.2.9.5", "7.1.2.9.6", true],
    ["<= 7.1.2.3", "7.1.2.3.99", true],
    ["7.1", "7.1.2.10.5", true],
  ])("%s and %s: %s", (range, text, included) => {
    expect(parseRange(range)?.includes(version(text))).toBe(included);
  });

  test.each(["", "x.y", "1.2.3.4.5.6", ">>1.2.3.4", "1.2.3.4 ||"])("%j is none", (text) => {
    expect(parseRange(text)).toBeUndefined();
  });
});
