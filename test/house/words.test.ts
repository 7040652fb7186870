import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readDocuments } from "../support/pages/read-documents.ts";

/** What a person may have to read, as `wc -w` counts it. A new page replaces an old one, or says less. */
const MAX_WORDS = 10_850;
const MAX_LINES_OF_CHANGES = 60;

/** Decisions have a limit of their own, and what the bench measured and several replicas are counted apart. */
const COUNTED = /^(README\.md|docs\/(?!adr\/|benchmarks|operations\/replicas).*)$/;

test("the documents together stay short", () => {
  const counted = readDocuments().filter(({ file }) => COUNTED.test(file));
  const words = counted.map(({ lines }) => lines.flatMap(({ text }) => text.match(/\S+/g) ?? []).length);
  expect(counted.length).toBeGreaterThan(20);
  expect(words.reduce((sum, some) => sum + some, 0)).toBeLessThanOrEqual(MAX_WORDS);
});

test("the changelog says what is new, and no more", () => {
  const lines = readFileSync("CHANGELOG.md", "utf8").trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(MAX_LINES_OF_CHANGES);
});
