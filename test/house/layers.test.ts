import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** Files that each break one rule: the test, the path, the text, and what the linter says about it. */
const SAMPLES: readonly (readonly [name: string, path: string, text: string, message: string])[] = [
  [
    "the model does no I/O",
    "src/model/bad.ts",
    'import { readFileSync } from "node:fs";\nexport const x = readFileSync;\n',
    "This room is pure",
  ],
  ["a gate has no clock", "src/gates/bad.ts", "export const x = Date.now();\n", "This room has no clock"],
  [
    "a decision has no clock of a library's",
    "src/features/plan/decide-bad.ts",
    'import { Temporal } from "temporal-polyfill";\nexport const x = Temporal.Now;\n',
    "Call civil.ts",
  ],
  ["the model has no timers", "src/model/deep/bad.ts", "export const x = setTimeout;\n", "This room has no timers"],
  ["the model does not fetch", "src/model/bad.ts", "export const x = fetch;\n", "This room does no I/O"],
  ["the core knows no process", "src/core/bad.ts", "export const x = process.env;\n", "This room knows no process"],
  [
    "a feature imports no Slack package",
    "src/features/plan/bad.ts",
    'import { App } from "@slack/bolt";\nexport const x = App;\n',
    "This room knows ports",
  ],
  [
    "reporting makes no cache of its own",
    "src/reporting/bad.ts",
    'import { LRUCache } from "lru-cache";\nexport const x = LRUCache;\n',
    "Call createCache",
  ],
  ["the monitor has no clock of its own", "src/monitor/bad.ts", "export const x = Date.now();\n", "Ask the Clock port"],
  [
    "a command imports no Slack package",
    "commands/bad.ts",
    'import { App } from "@slack/bolt";\nexport const x = App;\n',
    "A command knows no Slack",
  ],
  [
    "an adapter makes no cache of its own",
    "src/adapters/slack/bad.ts",
    'import { LRUCache } from "lru-cache";\nexport const x = LRUCache;\n',
    "Call createCache",
  ],
  [
    "databases are opened in one place",
    "src/adapters/sqlite/bad.ts",
    'import Database from "better-sqlite3";\nexport const x = new Database("x");\n',
    "Call openDatabase",
  ],
  [
    "the stand-ins share no code with what they judge",
    "playground/bad.ts",
    'import { next } from "../src/model/rollout/dispatch.ts";\nexport const x = next;\n',
    "share no code",
  ],
  [
    "the product imports nothing of the trial",
    "src/config/bad.ts",
    'import { startTrial } from "../../playground/trial.ts";\nexport const x = startTrial;\n',
    "src never imports it",
  ],
  [
    "promises are not left floating",
    "src/features/plan/bad.ts",
    "async function f(): Promise<void> {}\nf();\nexport const x = f;\n",
    "noFloatingPromises",
  ],
  [
    "types make no cycle (one way)",
    "src/model/cycle/one.ts",
    'import type { Other } from "./other.ts";\nexport type One = Other | null;\n',
    "part of a cycle",
  ],
  [
    "types make no cycle (the other way)",
    "src/model/cycle/other.ts",
    'import type { One } from "./one.ts";\nexport interface Other {\n  readonly one: One;\n}\n',
    "part of a cycle",
  ],
];

/** A copy of the house, in which files can break rules. */
const copy = mkdtempSync(join(tmpdir(), "house-"));

beforeAll(() => {
  for (const entry of ["src", "commands", "playground", "biome.json", "package.json", ".gitignore"])
    cpSync(entry, join(copy, entry), { recursive: true });
  symlinkSync(resolve("node_modules"), join(copy, "node_modules"));
  execFileSync("git", ["init", "-q"], { cwd: copy });
  found = lintAll();
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** What the linter says about each sample, by its name. Biome runs once: it reads the whole project each time. */
let found: ReadonlyMap<string, string>;

function lintAll(): ReadonlyMap<string, string> {
  const files = SAMPLES.map(([name, path, text], i) => {
    // Several samples break rules of one folder.
    const file = path.replace("bad.ts", `bad-${i}.ts`);
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), text);
    return { name, file };
  });
  const args = ["lint", "--max-diagnostics=none", ...files.map(({ file }) => file)];
  const { stdout, stderr } = spawnSync("node_modules/.bin/biome", args, { cwd: copy, encoding: "utf8" });
  // Its JSON leaves our own messages out. Each finding begins with `path:line:column`.
  const findings = (stdout + stderr).split(/^(?=\S+:\d+:\d+ )/m);
  return new Map(
    files.map(({ name, file }) => [name, findings.filter((finding) => finding.startsWith(`${file}:`)).join("")]),
  );
}

describe("the linter keeps rooms pure", () => {
  test.each(SAMPLES)("%s", (name, _path, _text, message) => {
    expect(found.get(name)).toContain(message);
  });
});
