import { expect, test } from "vitest";
import { toPieces } from "../../src/adapters/slack/mrkdwn.ts";
import { toCsv } from "../../src/core/to-csv.ts";
import { escapeControls, lineText } from "../../src/core/view.ts";
import { createLog } from "../../src/log.ts";

/** Names as an agent could have them. */
const HOSTILE = [
  "<!channel> <@U0ALICE> <http://evil.example.com|prod>",
  "`*bold*` &lt;!here&gt;",
  "\u001b[2J\u001b[31mred\u0007",
  "\u009b31m\u007f",
  "\u202eevil\u2066\u200b",
  "a\nWARN everything is fine\r\nb",
  '","=1+1',
];
const FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", " =1+1", "\r=1+1"];
/** What a terminal acts on, apart from the ends of our own lines. */
const ACTS = /(?!\n)\p{Cc}|[\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;

test.each(HOSTILE)("in Slack %j mentions nobody, links nowhere and shows its control characters", (text) => {
  const drawn = toPieces([{ data: text }, text, { bold: text }]).join("");
  expect(drawn).not.toMatch(/<[!@#h]/);
  expect(drawn).not.toMatch(ACTS);
});

test.each(HOSTILE)("in a terminal %j moves no cursor, colours nothing and makes no line", (text) => {
  const printed = escapeControls(lineText([{ data: text }]));
  expect(printed).not.toMatch(ACTS);
  expect(printed).not.toContain("\n");
});

test.each(HOSTILE)("printed as JSON %j stays what it is", (text) => {
  const printed = escapeControls(JSON.stringify({ text }));
  expect(printed).not.toMatch(ACTS);
  expect(JSON.parse(printed)).toEqual({ text });
});

test.each(HOSTILE)("in the log %j is in one line, and the same when it is read", (text) => {
  const lines: string[] = [];
  createLog("info", { write: (line) => void lines.push(line) }).info({ text, error: new Error(text) }, "said");
  expect(lines).toHaveLength(1);
  expect(lines[0]?.trimEnd()).not.toMatch(/\n/);
  expect(lines[0]).not.toMatch(ACTS);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ text, error: { message: text } });
});

test.each([...HOSTILE, ...FORMULAS])("in a table %j is one cell, and no formula", (text) => {
  const [row = ""] = [toCsv([[text, "end"]])];
  expect(row.endsWith(",end\r\n")).toBe(true);
  expect(row.replace(/^"/, "")).not.toMatch(/^\s*[=+\-@]/);
  expect(row.replaceAll(/[\r\t]/g, "")).not.toMatch(ACTS);
});
