import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Claim {
  readonly what: string;
  readonly file: string;
  /** Undefined: the file alone is named. */
  readonly name: string | undefined;
}

const page = readFileSync("docs/ARCHITECTURE.md", "utf8");

/** Items that name a file, and what it exports: `- words: \`file\`, \`export\``. */
function claimsOf(text: string): readonly Claim[] {
  return [...text.matchAll(/^(?:-|\d\.) (.*): `([^`]+)`(?:, `(\w+)`)?$/gm)].map(([, what = "", file = "", name]) => ({
    what,
    file,
    name,
  }));
}

function isTrue({ file, name }: Claim): boolean {
  if (!existsSync(file)) return false;
  return (
    name === undefined ||
    new RegExp(`^export (?:async )?(?:function|const) ${name}\\b`, "m").test(readFileSync(file, "utf8"))
  );
}

test("every file that the map names is there, and exports what the map says", () => {
  const claims = claimsOf(page);
  expect(claims.length).toBeGreaterThan(30);
  expect(claims.filter((claim) => !isTrue(claim))).toEqual([]);
});

test.each(["A command", "A rule", "A feature", "An adapter"])("the map says where %s goes, by an example", (kind) => {
  expect(claimsOf(page).map(({ what }) => what)).toContainEqual(expect.stringMatching(`^${kind}, `));
});

test("ten questions are answered", () => {
  expect(claimsOf(page.slice(page.indexOf("## Ten questions")))).toHaveLength(10);
});

test.each(["- a: `src/core/missing.ts`, `createOnce`", "1. a: `src/core/once.ts`, `createTwice`"])(
  "a wrong claim is found: %s",
  (item) => {
    expect(claimsOf(item).filter(isTrue)).toEqual([]);
    expect(claimsOf(item)).toHaveLength(1);
  },
);
