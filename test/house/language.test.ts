import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { textsOf, type VisibleText, visibleTexts } from "../../tools/visible-texts.ts";
import { BANNED, tooLong } from "../support/pages/language.ts";

/** Where what people read is written. */
const FOLDERS = ["commands", "src"];

function wordsIn({ text }: VisibleText): string | undefined {
  return BANNED.exec(text)?.[0];
}

function longIn({ text }: VisibleText): string | undefined {
  return text
    .split(/(?<=[.!?])\s+|\n/)
    .map(tooLong)
    .find((found) => found !== undefined);
}

function found(wrong: (text: VisibleText) => string | undefined, among: readonly VisibleText[]): readonly string[] {
  return among.flatMap((text) => {
    const what = wrong(text);
    return what === undefined ? [] : [`${text.place}: ${what}: ${text.text}`];
  });
}

describe("what people read is written as Drydock speaks", () => {
  const all = visibleTexts(FOLDERS);

  test("no word that the language rules out", () => {
    expect(all.length).toBeGreaterThan(1_000);
    expect(found(wordsIn, all)).toEqual([]);
  });

  test("no sentence of more than 25 words", () => {
    expect(found(longIn, all)).toEqual([]);
  });
});

test("the guide in the model has no words for people: it returns codes, and only what a host runs is text", () => {
  const texts = visibleTexts(["src/model/guide"]);
  const [run, said] = [true, false].map((isRun) =>
    texts.filter(({ place }) => place.startsWith("src/model/guide/host.ts:") === isRun),
  );
  expect(run).not.toEqual([]);
  expect(said).toEqual([]);
});

test("texts are found in whatever way the source writes them", () => {
  const source = [
    'import { x } from "./some where.ts";',
    'type Y = "of a type";',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the source of a template
    "const a = `${n} of ${m} failed`;",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the source of a template
    'const b = ["It is ", { data: name }, ` at ${version}.`];',
    'const c = { label: one ? "Retry" : "Retry all", kind: "breaker", text: ok ? "One way." : "Another way." };',
    'const d = "The first half " + "and the second.";',
    "// A comment is not read.",
  ].join("\n");
  expect(textsOf("x.ts", source).map(({ text }) => text)).toEqual([
    "… of … failed",
    "It is … at ….",
    "Retry",
    "Retry all",
    "One way.",
    "Another way.",
    "The first half and the second.",
  ]);
});

test("what breaks a rule is found", () => {
  const [text = { place: "", text: "" }] = textsOf("x.ts", 'say("Somebody wanted it to wait.");');
  expect(wordsIn(text)).toBe("Somebody");
  expect(longIn({ place: "", text: `Short. ${"word ".repeat(26)}` })).toBe("26 words");
});

/** Words that are looked for in a text. Adapters look for those of others. */
const LOOKED_FOR = /\.(?:includes|startsWith|endsWith|indexOf|search|match)\(\s*["'`/][^"'`/)]*\w \w/;

test("no rule reads a sentence of ours", () => {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`),
  ).filter((file) => file.endsWith(".ts") && !file.startsWith("src/adapters/"));
  expect(files.filter((file) => LOOKED_FOR.test(readFileSync(file, "utf8")))).toEqual([]);
});

test.each(['if (who.includes("no one"))', "text.match(/waits for/)"])("a rule that does is found: %s", (source) => {
  expect(LOOKED_FOR.test(source)).toBe(true);
});
