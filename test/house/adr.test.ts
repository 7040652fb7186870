import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const FOLDER = "docs/adr";
const MAX_WORDS = 150;

const files = readdirSync(FOLDER).filter((name) => /^\d{4}-.*\.md$/.test(name));
const read = (name: string) => readFileSync(`${FOLDER}/${name}`, "utf8");
/** The rows of the index: number, question, decision, status. */
const rows = [...read("README.md").matchAll(/^\| (\[?\d{4}.*) \|$/gm)].map(([, row = ""]) => row.split(" | "));

/** Words of the prose: a table may hold what was measured. */
function wordsOf(text: string): number {
  const prose = text.split("\n").filter((line) => !line.startsWith("|"));
  return prose.flatMap((line) => line.split(/\s+/)).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

/** What a page leads to: its links to files, from its folder, and the files of the repository that it names. */
function targetsOf(text: string): readonly string[] {
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) => `${FOLDER}/${path}`);
  const named = [
    ...text.replace(/https?:\S+/g, "").matchAll(/\b(?:src|commands|playground|test|bench|docs)\/[\w./-]*\w/g),
  ].map(([path]) => path);
  return [...links, ...named];
}

test("the index lists every decision under its question, and a decision without a page only if it was withdrawn", () => {
  const listed = rows.filter(([, , , status]) => !status?.startsWith("withdrawn: "));
  expect(listed.map(([number, question]) => `${number} ${question}`)).toEqual(
    files.map((name) => {
      const question = /^# \d+\. (.+\?)$/m.exec(read(name))?.[1];
      return `[${name.slice(0, 4)}](${name}) ${question}`;
    }),
  );
  expect(rows.filter((row) => row.length !== 4)).toEqual([]);
});

test("numbers are given once and without a gap", () => {
  const numbers = rows.map(([number = ""]) => Number(/\d+/.exec(number)));
  expect(numbers).toEqual(numbers.map((_, i) => i + 1));
});

test("a status is one of three, and a superseded decision names what replaces it", () => {
  const known = /^(accepted|superseded by \[\d{4}\]\(\d{4}-[\w-]+\.md\)|withdrawn: .+)$/;
  expect(rows.filter(([, , , status = ""]) => !known.test(status))).toEqual([]);
});

test.each(files)("%s has at most 150 words", (name) => {
  expect(wordsOf(read(name))).toBeLessThanOrEqual(MAX_WORDS);
});

test.each([...files, "README.md"])("what %s leads to exists", (name) => {
  expect(targetsOf(read(name)).filter((path) => !existsSync(path))).toEqual([]);
});

test("words in a table do not count, and links and named files are found", () => {
  expect(wordsOf("# 1. Why?\n\nTwo words.\n| many | more | words |")).toBe(4);
  const text = "See [two](0002-x.md#part), `src/main.ts`, test/house and [a page](https://example.com/docs/x).";
  expect(targetsOf(text)).toEqual([`${FOLDER}/0002-x.md`, "src/main.ts", "test/house"]);
});
