import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const files = ["src", "commands"].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${folder}/${name}`),
);
const thrown = files.flatMap((file) => {
  const sites = readFileSync(file, "utf8").split("new UserError(").slice(1);
  return sites.map((site) => [file, site.trimStart().slice(0, 60)] as const);
});

test("some errors are found in the sources", () => expect(thrown.length).toBeGreaterThan(100));

test.each(thrown)("%s: an error has a literal code in kebab-case: %s", (_file, site) => {
  expect(site).toMatch(/^"[a-z]+(-[a-z]+)*",/);
});
