import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const MAX_LINES = 200;

/** Files that may be longer, each with the reason. */
const LONGER: Readonly<Record<string, string>> = {};

const sizes = ["src", "commands"]
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => ({ file, lines: readFileSync(file, "utf8").trimEnd().split("\n").length }));

test("no file has more than 200 lines, but for those that are named", () => {
  expect(sizes.length).toBeGreaterThan(400);
  const long = sizes.filter(({ file, lines }) => lines > MAX_LINES && !(file in LONGER));
  expect(long).toEqual([]);
});

test("every file that is named is still long", () => {
  const long = sizes.filter(({ lines }) => lines > MAX_LINES).map(({ file }) => file);
  expect(long).toEqual(Object.keys(LONGER));
});
