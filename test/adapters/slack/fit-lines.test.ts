import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { problemsOf } from "../../../playground/slack/limits.ts";
import { visibleLength } from "../../../playground/slack/visible-length.ts";
import type { Block } from "../../../playground/slack/workspace.ts";
import { fitLines } from "../../../src/adapters/slack/fit-lines.ts";
import { toMessage, toPlainMessage } from "../../../src/adapters/slack/to-message.ts";
import { data, type Line, type Part, type View } from "../../../src/core/view.ts";
import { runs } from "../../support/runs.ts";

const lines = fc.array(fc.nat(3_000), { maxLength: 60 });
const MORE = 40;
const sum = (lengths: readonly number[]) => lengths.reduce((all, length) => all + length + 1, 0);

describe("lines of several texts within one budget", () => {
  const fitted = fc.record({
    texts: fc.array(lines, { maxLength: 12 }),
    budget: fc.integer({ min: 1_000, max: 9_000 }),
  });

  test("never more than the budget, with the words that say what is left out", () => {
    fc.assert(
      fc.property(fitted, ({ texts, budget }) => {
        const shown = fitLines(texts, budget, MORE);
        const lengths = texts.map((text, i) => sum(text.slice(0, shown[i])) + (shown[i] === text.length ? 0 : MORE));
        // A text that shows nothing still says how much that is.
        expect(lengths.reduce((all, length) => all + length, 0)).toBeLessThanOrEqual(budget + texts.length * MORE);
      }),
      { numRuns: runs(200, 5_000) },
    );
  });

  test("nothing is left out where everything fits, and no text loses lines while a longer one loses none", () => {
    fc.assert(
      fc.property(fitted, ({ texts, budget }) => {
        const shown = fitLines(texts, budget, MORE);
        const isCut = texts.map((text, i) => (shown[i] ?? 0) < text.length);
        if (texts.reduce((all, text) => all + sum(text), 0) <= budget) expect(isCut).not.toContain(true);
        const longestWhole = Math.max(0, ...texts.filter((_, i) => !isCut[i]).map(sum));
        for (const [i, text] of texts.entries()) if (isCut[i]) expect(sum(text)).toBeGreaterThanOrEqual(longestWhole);
      }),
      { numRuns: runs(200, 5_000) },
    );
  });
});

describe("a message", () => {
  const line: fc.Arbitrary<Line> = fc.array(fc.string({ maxLength: 300 }).map(data), { minLength: 1, maxLength: 4 });
  const part: fc.Arbitrary<Part> = fc.oneof(
    fc.record({ kind: fc.constantFrom("text" as const, "note" as const), lines: fc.array(line, { maxLength: 80 }) }),
    fc.record({ kind: fc.constant("heading" as const), text: fc.string({ maxLength: 200 }) }),
  );
  const view: fc.Arbitrary<View> = fc.record({
    key: fc.constant("any" as const),
    summary: line,
    parts: fc.array(part, { maxLength: 12 }),
  });

  test("has fewer than 9,000 visible characters and is within Slack's limits, whatever it holds", () => {
    fc.assert(
      fc.property(view, (any) => {
        const { blocks } = toMessage(any);
        expect(visibleLength(blocks as unknown as Block[])).toBeLessThan(9_000);
        expect(problemsOf(blocks as unknown as Block[])).toEqual([]);
      }),
      { numRuns: runs(100, 2_000) },
    );
  });

  test("as plain text it has no blocks and at most 4,000 characters", () => {
    fc.assert(
      fc.property(view, (any) => {
        const { text, blocks } = toPlainMessage(any);
        expect([blocks, text.length <= 4_000, text.length > 0]).toEqual([[], true, true]);
      }),
      { numRuns: runs(100, 2_000) },
    );
  });

  test("the part that is too long says how many lines are left out; the others and the buttons stay", () => {
    const many = Array.from({ length: 500 }, (_, i): Line => [data(`agent-${i}-${"x".repeat(60)}`)]);
    const buttons = [{ label: "Stop", command: "stop", args: [] }];
    const long: View = {
      key: "any",
      summary: ["s"],
      parts: [
        { kind: "text", lines: many },
        { kind: "note", lines: [["Nothing to do."]] },
        { kind: "buttons", buttons },
      ],
    };
    const drawn = JSON.stringify(toMessage(long).blocks);
    const shown = [...drawn.matchAll(/agent-\d+-/g)].length;
    expect(drawn).toContain(`and ${500 - shown} more lines`);
    expect(drawn).toContain("Nothing to do.");
    expect(drawn).toContain("Stop");
    const { text } = toPlainMessage(long);
    expect(text).toMatch(/and \d+ more lines\nSlack refused this message with its buttons\.$/);
  });
});
