import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { problemsOf } from "../../../playground/slack/limits.ts";
import type { Block } from "../../../playground/slack/workspace.ts";
import { toModal } from "../../../src/adapters/slack/modal.ts";
import { readPress } from "../../../src/adapters/slack/press.ts";
import { toMessage } from "../../../src/adapters/slack/to-message.ts";
import type { Button, Line, Part, Span, View } from "../../../src/core/view.ts";
import { anyCharacter } from "../../support/any-character.ts";
import { runs } from "../../support/runs.ts";

const nasty = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 400 }),
  fc.constantFrom(
    "<!channel>",
    "<@U0ALICE>",
    "`<!here>`",
    "&lt;!everyone&gt;",
    "x".repeat(3_500),
    "a\nb",
    "*_~`",
    "‮evil",
    "",
  ),
);
const span: fc.Arbitrary<Span> = fc.oneof(
  nasty,
  nasty.map((data) => ({ data })),
  nasty.map((bold) => ({ bold })),
  fc.oneof(nasty, fc.constant("U0ALICE")).map((person) => ({ person })),
  fc.oneof(nasty, fc.constant("C0ONCALL")).map((channel) => ({ channel })),
  fc.tuple(nasty, nasty).map(([label, rest]) => ({ label, url: `https://logs.example.com/${rest}` })),
);
const line: fc.Arbitrary<Line> = fc.array(span, { maxLength: 12 });
const button = fc.record({
  label: nasty,
  command: fc.constantFrom("stop", "start"),
  args: fc.array(fc.string({ maxLength: 40 }), { maxLength: 3 }),
  confirm: fc.record({ title: nasty, text: nasty, yes: nasty, no: nasty }),
});
const part: fc.Arbitrary<Part> = fc.oneof(
  nasty.map((text) => ({ kind: "heading" as const, text })),
  fc.array(line, { maxLength: 30 }).map((lines) => ({ kind: "text" as const, lines })),
  fc.array(line, { maxLength: 30 }).map((lines) => ({ kind: "note" as const, lines })),
  fc.array(button, { maxLength: 30 }).map((buttons) => ({ kind: "buttons" as const, buttons })),
  fc.constant({ kind: "divider" as const }),
);
const view: fc.Arbitrary<View> = fc.record({
  key: fc.constant("view"),
  summary: line,
  parts: fc.array(part, { maxLength: 60 }),
});

describe("any view, whatever it holds", () => {
  test("is within Slack's limits", () => {
    fc.assert(
      fc.property(view, (any) => {
        const { text, blocks } = toMessage(any);
        expect(problemsOf(blocks as unknown as Block[])).toEqual([]);
        expect(text.length).toBeGreaterThan(0);
        expect(text.length).toBeLessThanOrEqual(3_000);
      }),
      { numRuns: runs(200, 2_000) },
    );
  });

  test("mentions nobody but the people and channels that Drydock names", () => {
    fc.assert(
      fc.property(view, (any) => {
        const { text, blocks } = toMessage(any);
        const said = [
          text,
          ...blocks.flatMap((block) =>
            block.type === "section"
              ? [block.text?.text ?? ""]
              : block.type === "context"
                ? block.elements.map((element) => ("text" in element ? (element.text ?? "") : ""))
                : [],
          ),
        ];
        for (const each of said) expect(each.replace(/<@U0ALICE>|<#C0ONCALL>/g, "")).not.toMatch(/<[!@#]/);
      }),
      { numRuns: runs(200, 2_000) },
    );
  });
});

describe("what Slack has no room for is left out, and the message says so", () => {
  const messageOf = (...parts: readonly Part[]) => toMessage({ key: "view", summary: ["s"], parts }).blocks;
  const row = (...buttons: readonly Button[]): Part => ({ kind: "buttons", buttons });
  const long = { label: "Start", command: "start", args: ["x".repeat(2_000)] };
  const stop = { label: "Stop", command: "stop", args: ["prod-1"] };

  test("a button that carries too much", () => {
    expect(messageOf(row(long, stop))).toMatchObject([
      { type: "actions", elements: [{ text: { text: "Stop" } }] },
      { type: "context", elements: [{ text: "Slack has no room for the button *Start*." }] },
    ]);
  });

  test("buttons beyond the 25th", () => {
    const [actions, note] = messageOf(row(...Array.from({ length: 26 }, (_, i) => ({ ...stop, label: `Stop ${i}` }))));
    expect(actions).toMatchObject({ elements: { length: 25 } });
    expect(note).toMatchObject({ elements: [{ text: "Slack has no room for the button *Stop 25*." }] });
  });

  test("parts of a message, a form and a page", () => {
    const parts = Array.from({ length: 101 }, (): Part => ({ kind: "divider" }));
    const last = { text: { text: "… and 52 more parts, for which Slack has no room" } };
    expect(messageOf(...parts).slice(48)).toMatchObject([{ type: "divider" }, last]);
    const { blocks } = toModal({ key: "form", title: "Form", parts }, "C0ONCALL");
    expect(blocks.slice(98)).toMatchObject([
      { type: "divider" },
      { text: { text: "… and 2 more parts, for which Slack has no room" } },
    ]);
  });

  test("a spare argument, of which a button needs no word", () => {
    const carried = (spare: string) =>
      messageOf(row({ ...stop, spare })).map((block) =>
        block.type === "actions" ? block.elements.map((element) => "value" in element && readPress(element.value)) : [],
      );
    expect(carried("again")).toEqual([[{ command: "stop", args: ["prod-1", "again"] }]]);
    expect(carried("x".repeat(2_000))).toEqual([[{ command: "stop", args: ["prod-1"] }]]);
  });
});

test.each([undefined, 5, "", "{", "[]", '{"command":""}', '{"command":"a","args":[1]}', '{"command":"a"}'])(
  "%j is no press",
  (value) => {
    expect(readPress(value)).toBeUndefined();
  },
);

test("Drydock is named as in a sentence, and a person is mentioned", () => {
  const line = ["Stopped by ", { person: "drydock" }, " and ", { person: "U0ALICE" }];
  expect(toMessage({ key: "view", summary: line, parts: [] }).text).toBe("Stopped by Drydock and <@U0ALICE>");
});

test("a time is shown in each reader's zone, with a text that names UTC for what cannot do that", () => {
  const at = Date.parse("2026-11-26T22:30:00Z");
  const { text } = toMessage({
    key: "time",
    summary: ["It ends ", { at }, ", at ", { at, form: "time" }, "."],
    parts: [],
  });
  expect(text).toBe(
    "It ends <!date^1795732200^{date_short_pretty} at {time}|2026-11-26 22:30 UTC>, at <!date^1795732200^{time}|22:30 UTC>.",
  );
});
