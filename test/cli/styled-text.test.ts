import fc from "fast-check";
import { expect, test } from "vitest";
import { printed, table } from "../../src/cli/styled-text.ts";
import { anyCharacter } from "../support/any-character.ts";

test("colours are only for those who want them, and never come from outside", () => {
  const lines = [["a \u001b[31mred\u001b[0m ", { text: "bad", style: "bad" }]] as const;
  expect(printed(lines, false)).toBe("a \\u001b[31mred\\u001b[0m bad");
  expect(printed(lines, true)).toBe("a \\u001b[31mred\\u001b[0m \u001b[31mbad\u001b[0m");
});

test("a table has columns as wide as their widest cell, and numbers to the right", () => {
  const rows = [
    ["web-1", "1", "first"],
    [{ text: "a", style: "bad" }, "1,024", ""],
  ] as const;
  expect(printed(table(["NAME", "N", "NOTE"], rows), false)).toBe(
    ["NAME       N  NOTE", "web-1      1  first", "a      1,024"].join("\n"),
  );
});

test("whatever is in its cells, each row is a line without control characters", () => {
  const cell = fc.string({ unit: anyCharacter });
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 5 }), (rows) => {
      const text = printed(table(["ONE", "TWO"], rows), false);
      expect(text.split("\n")).toHaveLength(rows.length + 1);
      expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
    }),
  );
});
