import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/** They hand what they read to the rule, read again what it let through, or answer without a name. */
const ALLOWED = [
  "commands/status.ts",
  "src/features/relay-upgrade/skip-relay.ts",
  "src/features/rollout/acknowledge-external.ts",
  "src/features/status/read-home.ts",
];

/** The files of a folder that declare what people can say or press. */
function commandsIn(folder: string): readonly (readonly [file: string, text: string])[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => [join(folder, file), readFileSync(join(folder, file), "utf8")] as const)
    .filter(([, text]) => text.includes("= defineCommand("));
}

test("commands take rollouts and views from the one rule for what people are told", () => {
  const all = [...commandsIn("commands"), ...commandsIn("src/features")];
  expect(all.length).toBeGreaterThan(30);
  const reading = all.filter(([, text]) => /projections\s*\.(rollouts|openRollouts)/.test(text));
  expect(reading.map(([file]) => file).sort()).toEqual(ALLOWED);
});

test("a rollout that is not found, or whose server is gone, has one sentence", () => {
  const files = ["src", "commands"]
    .flatMap((room) => readdirSync(room, { recursive: true, encoding: "utf8" }).map((file) => join(room, file)))
    .filter((file) => file.endsWith(".ts"));
  const saying = (code: string) => files.filter((file) => readFileSync(file, "utf8").includes(`"${code}"`));
  expect(saying("no-such-rollout")).toEqual(["src/servers/find-rollout.ts"]);
  expect(saying("server-not-configured")).toEqual(["src/servers/find-rollout.ts"]);
});
