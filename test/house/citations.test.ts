import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const files = ["src", "commands", "playground", "test", "bench"].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => `${folder}/${name}`),
);

/** Pages of docs that a text names, each with the headings that follow it in quotes. A comment may break the line between them. */
function citationsIn(text: string): readonly { readonly page: string; readonly headings: readonly string[] }[] {
  const unbroken = text.replace(/\n\s*(?:\*|\/\/)\s/g, " ");
  return [...unbroken.matchAll(/\b(docs\/[\w/-]+\.md)((?:,(?: and)? "[^"]+")*)/g)].map(
    ([, page = "", quoted = ""]) => ({
      page,
      headings: [...quoted.matchAll(/"([^"]+)"/g)].map(([, heading = ""]) => heading),
    }),
  );
}

/** What is wrong with a citation. */
function problemsOf({ page, headings }: ReturnType<typeof citationsIn>[number]): readonly string[] {
  if (!existsSync(page)) return [`${page} does not exist`];
  const there = [...readFileSync(page, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading);
  return headings.filter((heading) => !there.includes(heading)).map((heading) => `${page} has no heading "${heading}"`);
}

describe("what comments cite is in the repository", () => {
  const cited = files.flatMap((file) =>
    citationsIn(readFileSync(file, "utf8")).map((citation) => ({ file, citation })),
  );

  test("some citations are found", () => expect(cited.length).toBeGreaterThan(40));

  test("each page that is named exists, and so does the heading", () => {
    expect(cited.flatMap(({ file, citation }) => problemsOf(citation).map((problem) => `${file}: ${problem}`))).toEqual(
      [],
    );
  });

  test("no document is cited that only its authors have", () => {
    const vague = /\bSource: the (?:design|reference)\b|\bsection \d(?:\.\d)? of the\b|\bthe reference, section\b/i;
    expect(files.filter((file) => vague.test(readFileSync(file, "utf8")))).toEqual([]);
  });
});

test("a page and headings that are not there are found, over the end of a line too", () => {
  const gone = `docs/${"gone"}.md`;
  const text = `See ${gone}.\n * Source: docs/${"slack-limits"}.md,\n * "Text", and "No such heading".`;
  expect(citationsIn(text).flatMap(problemsOf)).toEqual([
    `${gone} does not exist`,
    'docs/slack-limits.md has no heading "No such heading"',
  ]);
});
