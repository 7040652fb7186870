import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const COMMANDS = new URL("../../commands/", import.meta.url);
/** They hand what they read to the rule, read again what it let through, or answer without a name. */
const ALLOWED = ["acknowledge-external.ts", "skip-relay.ts", "status.ts"];

test("commands take rollouts and views from the one rule for what people are told", () => {
  const textOf = (file: string) => readFileSync(new URL(file, COMMANDS), "utf8");
  const files = readdirSync(COMMANDS);
  expect(files.filter((file) => /projections\s*\.(rollouts|openRollouts)/.test(textOf(file)))).toEqual(ALLOWED);
});

test("a rollout that is not found, or whose server is gone, has one sentence", () => {
  const files = ["src", "commands"]
    .flatMap((room) => readdirSync(room, { recursive: true, encoding: "utf8" }).map((file) => join(room, file)))
    .filter((file) => file.endsWith(".ts"));
  const saying = (code: string) => files.filter((file) => readFileSync(file, "utf8").includes(`"${code}"`));
  expect(saying("no-such-rollout")).toEqual(["src/servers/find-rollout.ts"]);
  expect(saying("server-not-configured")).toEqual(["src/servers/find-rollout.ts"]);
});
