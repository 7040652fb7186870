import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const files = ["src", "commands"].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${folder}/${name}`),
);
const thrown = files.flatMap((file) => {
  const servers = readFileSync(file, "utf8").split("new UserError(").slice(1);
  return servers.map((server) => [file, server.trimStart().slice(0, 60)] as const);
});

test("some errors are found in the sources", () => expect(thrown.length).toBeGreaterThan(100));

test.each(thrown)("%s: an error has a literal code in kebab-case: %s", (_file, server) => {
  expect(server).toMatch(/^"[a-z]+(-[a-z]+)*",/);
});
