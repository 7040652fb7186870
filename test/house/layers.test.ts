import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** Files that each break one rule: the test, the path, the text, and what the linter says about it. */
const SAMPLES: readonly (readonly [name: string, path: string, text: string, message: string])[] = [
  [
    "the domain imports no app",
    "src/domain/bad.ts",
    'import { say } from "../app/view.ts";\nexport const x = say;\n',
    "The domain is pure",
  ],
  [
    "the domain imports no adapter by a long way",
    "src/domain/deep/bad.ts",
    'import { x } from "../../../src/adapters/slack/blocks.ts";\nexport const y = x;\n',
    "The domain is pure",
  ],
  [
    "the domain does no I/O",
    "src/domain/bad.ts",
    'import { readFileSync } from "node:fs";\nexport const x = readFileSync;\n',
    "The domain is pure",
  ],
  ["the domain has no clock", "src/domain/bad.ts", "export const x = Date.now();\n", "The domain has no clock"],
  [
    "the domain has no clock of a library's",
    "src/domain/bad.ts",
    'import { Temporal } from "temporal-polyfill";\nexport const x = Temporal.Now;\n',
    "Call civil.ts",
  ],
  ["the domain has no timers", "src/domain/bad.ts", "export const x = setTimeout;\n", "The domain has no timers"],
  ["the domain does not fetch", "src/domain/bad.ts", "export const x = fetch;\n", "The domain does no I/O"],
  [
    "the domain knows no process",
    "src/domain/bad.ts",
    "export const x = process.env;\n",
    "The domain knows no process",
  ],
  [
    "a gate imports no app",
    "src/gates/bad.ts",
    'import { say } from "../app/view.ts";\nexport const x = say;\n',
    "The domain is pure",
  ],
  ["a gate has no clock", "src/gates/bad.ts", "export const x = Date.now();\n", "The domain has no clock"],
  [
    "the app imports no adapter",
    "src/app/bad.ts",
    'import { toMessage } from "../adapters/slack/blocks.ts";\nexport const x = toMessage;\n',
    "The app knows ports",
  ],
  [
    "the app imports no Slack package",
    "src/app/bad.ts",
    'import { App } from "@slack/bolt";\nexport const x = App;\n',
    "The app knows ports",
  ],
  [
    "the app makes no cache of its own",
    "src/app/bad.ts",
    'import { LRUCache } from "lru-cache";\nexport const x = LRUCache;\n',
    "Call createCache",
  ],
  ["the app has no clock of its own", "src/app/bad.ts", "export const x = Date.now();\n", "Ask the Clock port"],
  [
    "commands import no adapter",
    "commands/bad.ts",
    'import { toMessage } from "../src/adapters/slack/blocks.ts";\nexport const x = toMessage;\n',
    "A command knows no Slack",
  ],
  [
    "an adapter makes no cache of its own",
    "src/adapters/slack/bad.ts",
    'import { LRUCache } from "lru-cache";\nexport const x = LRUCache;\n',
    "Call createCache",
  ],
  [
    "adapters do not import each other",
    "src/adapters/slack/bad.ts",
    'import { createHttp } from "../urbancode/http.ts";\nexport const x = createHttp;\n',
    "Adapters never import each other",
  ],
  [
    "secrets are opened by no other adapter",
    "src/adapters/slack/bad.ts",
    'import { createKeyring } from "../secrets/keyring.ts";\nexport const x = createKeyring;\n',
    "Adapters never import each other",
  ],
  [
    "adapters import of the app only its ports",
    "src/adapters/slack/bad.ts",
    'import { settle } from "../../app/settle.ts";\nexport const x = settle;\n',
    "An adapter implements a port",
  ],
  [
    "databases are opened in one place",
    "src/adapters/ledger/bad.ts",
    'import Database from "better-sqlite3";\nexport const x = new Database("x");\n',
    "Call openDatabase",
  ],
  [
    "the command line builds no adapter",
    "src/cli/bad.ts",
    'import { createHttp } from "../adapters/urbancode/http.ts";\nexport const x = createHttp;\n',
    "gets its adapters from cli-adapters.ts",
  ],
  [
    "the stand-ins share no code with what they judge",
    "playground/bad.ts",
    'import { next } from "../src/domain/dispatch.ts";\nexport const x = next;\n',
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
    "src/app/bad.ts",
    "async function f(): Promise<void> {}\nf();\nexport const x = f;\n",
    "noFloatingPromises",
  ],
  [
    "types make no cycle (one way)",
    "src/domain/cycle/one.ts",
    'import type { Other } from "./other.ts";\nexport type One = Other | null;\n',
    "part of a cycle",
  ],
  [
    "types make no cycle (the other way)",
    "src/domain/cycle/other.ts",
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

describe("the linter keeps the layers apart", () => {
  test.each(SAMPLES)("%s", (name, _path, _text, message) => {
    expect(found.get(name)).toContain(message);
  });
});
