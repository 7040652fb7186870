import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const COMMANDS = new URL("../../commands/", import.meta.url);
/** They hand what they read to the rule, read again what it let through, or answer without a name. */
const ALLOWED = ["acknowledge-external.ts", "rollouts.ts", "skip-relay.ts", "status.ts"];

test("commands take rollouts and views from the one rule for what people are told", () => {
  const textOf = (file: string) => readFileSync(new URL(file, COMMANDS), "utf8");
  const files = readdirSync(COMMANDS);
  expect(files.filter((file) => textOf(file).includes("projections.rollouts"))).toEqual(ALLOWED);
  expect(files.filter((file) => textOf(file).includes("view-rights"))).toEqual([]);
});
