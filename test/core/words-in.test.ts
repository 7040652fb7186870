import fc from "fast-check";
import { expect, test } from "vitest";
import { wordsIn } from "../../src/core/words-in.ts";

test("names are found in sentences, lists and code, and told from words", () => {
  const words = wordsIn('Is web-1 down? "web-2", (db_3); see `Build Farm 7` and ```a-4\nb.example.com``` at 22:30.');
  const namesLike = words.filter(({ isNameLike }) => isNameLike).map(({ text }) => text);
  expect(words.map(({ text }) => text)).toEqual(
    expect.arrayContaining(["web-1", "web-2", "db_3", "Build Farm 7", "a-4", "b.example.com"]),
  );
  expect(namesLike).toEqual(expect.arrayContaining(["web-1", "web-2", "db_3", "Build Farm 7", "a-4", "b.example.com"]));
  expect(namesLike).not.toEqual(expect.arrayContaining(["down"]));
});

test("a name of letters, digits, dots and dashes is found wherever it stands", () => {
  const name = fc.stringMatching(/^[a-z0-9]([a-z0-9._-]{0,20}[a-z0-9])?$/);
  const around = fc.constantFrom(" ", ", ", " (", "\n", "; ", ": ", '"', " `", "*");
  fc.assert(
    fc.property(name, around, around, (text, before, after) => {
      expect(wordsIn(`say ${before}${text}${after} now`).map((word) => word.text)).toContain(text);
    }),
  );
});

test("a message without end is read to a bounded number of words", () => {
  expect(wordsIn(`${"`".repeat(20_000)}${Array.from({ length: 20_000 }, (_, i) => `w${i}`).join(" ")}`).length).toBe(
    2_000,
  );
});
