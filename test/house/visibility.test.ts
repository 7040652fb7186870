import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/** They hand what they read to the rule, read again what it let through, or answer without a name. */
const ALLOWED = [
  "commands/status.ts",
  "src/features/external-upgrades/acknowledge-external.ts",
  "src/features/relay-upgrade/skip-relay.ts",
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
  const reading = all.filter(([, text]) => /projections\s*\.(rollouts|openRollouts)|rolloutById\(/.test(text));
  expect(reading.map(([file]) => file).sort()).toEqual(ALLOWED);
});

const sources = ["src", "commands"]
  .flatMap((room) => readdirSync(room, { recursive: true, encoding: "utf8" }).map((file) => join(room, file)))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => [file, readFileSync(file, "utf8")] as const);

test("a rollout that is not found, or whose server is gone, has one sentence", () => {
  const saying = (code: string) => sources.filter(([, text]) => text.includes(`"${code}"`)).map(([file]) => file);
  expect(saying("no-such-rollout")).toEqual(["src/servers/current-rollout.ts"]);
  expect(saying("server-not-configured")).toEqual(["src/servers/current-rollout.ts"]);
});

/** What folds the ledger keeps the rollouts. The monitor and reporting follow events: nobody names a rollout to them. */
const FOLDING = /^src\/(?:model|projections|monitor|reporting)\//;

function looksUp(text: string): boolean {
  return /\brollouts\s*\??\.get\(/.test(text);
}

test.each(["projections.rollouts.get(id)", "rollouts\n    .get(id)", "ports.projections.rollouts?.get(id)"])(
  "a look-up is found: %s",
  (text) => {
    expect(looksUp(text)).toBe(true);
  },
);

test("a rollout that a person names is looked up in findRollout, one that an event names in rolloutById", () => {
  expect(sources.filter(([file, text]) => !FOLDING.test(file) && looksUp(text)).map(([file]) => file)).toEqual([]);
});
