import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Deploy, startDeploy } from "../../playground/deploy/start-deploy.ts";
import { openSqliteLedger } from "../../src/adapters/sqlite/sqlite-ledger.ts";
import type { CliCommand } from "../../src/cli/command.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { type Ran, runProgram, startProgram } from "../support/run-program.ts";

const directory = mkdtempSync(join(tmpdir(), "command-line-"));
const KEY = "a key of the tests, which is long enough";
const ACCOUNT = { DS_USERNAME: "drydock", DS_PASSWORD: "dry-dock-password" };
const ENV = { ...ACCOUNT, SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-1", DRYDOCK_LEDGER_KEY: KEY };
const config = join(directory, "drydock.yml");
let deploy: Deploy;

beforeAll(async () => {
  deploy = await startDeploy({ agents: [{ name: "web-1" }] });
  // Nothing listens on port 1: to Drydock it looks as if Slack were away.
  const slack = "slack: {apiUrl: 'http://127.0.0.1:1/api/'}";
  writeFileSync(config, `servers: {prod: {url: '${deploy.url}', approvals: 0}}\n${slack}\n`);
  await openSqliteLedger({ file: join(directory, "drydock.db"), key: Buffer.from(KEY) }).close();
});
afterAll(async () => {
  await deploy.stop();
  rmSync(directory, { recursive: true, force: true });
});

function wordsOf({ name }: CliCommand): readonly string[] {
  return name === "" ? [] : name.split(" ");
}

/** One sentence, perhaps with an example: no stack, no list of everything, nothing on standard output. */
function expectSentence({ status, stdout, stderr }: Ran, code: number): void {
  expect([status, stdout]).toEqual([code, ""]);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(stderr).toMatch(/^[-\w"].*[^\s]\n$/);
}

describe.each(COMMANDS.map((command) => [`drydock ${command.name}`.trim(), command] as const))(
  "%s",
  (typed, command) => {
    test("--help explains it on standard output", async () => {
      const { status, stdout, stderr } = await runProgram([...wordsOf(command), "--help"]);
      expect([status, stderr]).toEqual([0, ""]);
      for (const name of [...Object.keys(command.options), "json", "help"]) expect(stdout).toContain(`--${name}`);
      expect(stdout).toContain("Exit codes:");
      for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
      expect(command.example.startsWith(typed)).toBe(true);
    });

    test("an option that it does not have is a sentence with the nearest one", async () => {
      const ran = await runProgram([...wordsOf(command), "--hepl"], ENV);
      expectSentence(ran, 2);
      expect(ran.stderr).toContain(`${typed} has no option --hepl. Did you mean --help?`);
    });
  },
);

describe("what a command cannot do without", () => {
  const required = COMMANDS.flatMap((command) => [
    ...(command.word?.required ? [[command, command.word.hint] as const] : []),
    ...Object.entries(command.options).flatMap(([name, option]) =>
      option.required ? [[command, `--${name}`] as const] : [],
    ),
  ]);

  test.each(required.map(([command, needed]) => [command.name, needed, command] as const))(
    "%s needs %s",
    async (name, needed, command) => {
      // The others are there: only this one is missing.
      const others = Object.entries(command.options)
        .filter(([option, { required }]) => required && `--${option}` !== needed)
        .map(([option]) => `--${option}=2026-01-01`);
      const ran = await runProgram([...name.split(" "), ...others], ENV);
      expectSentence(ran, 2);
      expect(ran.stderr).toContain(`drydock ${name} needs ${needed}`);
      expect(ran.stderr).toContain(`Example: ${command.example}`);
    },
  );

  test.each(["plan", "probe"])("%s needs a server", async (command) => {
    const ran = await runProgram([command], ENV);
    expectSentence(ran, 2);
    expect(ran.stderr).toContain("Name the server: --url, or DS_WEB_URL in the environment");
  });
});

/** One good run of each command: its arguments, and what it prints. */
type Variables = Readonly<Record<string, string>>;

function withOwnLedger(): string {
  const own = fresh("yml");
  const file = fresh("db");
  writeFileSync(own, `ledger: {file: '${file}'}\n${readFileSync(config, "utf8")}`);
  void openSqliteLedger({ file, key: Buffer.from(KEY) }).close();
  return own;
}

let made = 0;

/** A file that no other run has made. */
function fresh(end: string): string {
  made += 1;
  return join(directory, `fresh-${made}.${end}`);
}

const GOOD: Readonly<Record<string, readonly [argv: () => readonly string[], answer: RegExp, env?: Variables]>> = {
  init: [() => ["-c", fresh("yml")], /^Wrote .*fresh-\d+\.yml: six settings, mode: observe\.\n/],
  "config check": [() => ["--config", config], /are right\. Servers: prod \(observe\)\.\n$/],
  "config schema": [() => [], /^\{\n {2}"title": "Drydock's configuration"/],
  status: [() => ["-c", config], /^Drydock is not running/],
  rollouts: [() => ["-c", config], /\nNo rollout\.\n$/],
  plan: [() => ["--url", deploy.url], /^Upgrade 1 of 1 agent/],
  probe: [() => ["--url", deploy.url], /^14 reads, 0 different from what Drydock expects/],
  backup: [() => [fresh("db"), "-c", config], /0 rows, file and chain checked/],
  retain: [
    () => ["--before", "2026-01-01", `--archive=${join(directory, "old.jsonl")}`, `--config=${config}`],
    /^No rollout ended before 2026-01-01/,
  ],
  "audit verify": [() => ["--config", config], /./],
  "audit export": [
    () => [fresh("csv"), "--config", config],
    /^.*\.csv: \d+ events? of a ledger whose chain is whole\.\n$/,
  ],
  "accept-ledger": [() => [join(directory, "drydock.db"), "-c", config], /there is nothing to accept\.\n$/],
  "rotate-key": [
    () => ["-c", withOwnLedger()],
    /^The ledger's key has the fingerprint [0-9a-f]{16} now\./,
    { DRYDOCK_LEDGER_KEY_OLD: KEY, DRYDOCK_LEDGER_KEY: "another key of the tests, as long as that" },
  ],
  help: [() => ["config", "check"], /^Usage: drydock config check \[options\]\n/],
};

/** They need a Slack, a rollout, a running bot or a database: their own tests have their good runs. */
const NO_GOOD_RUN = ["", "doctor", "show", "pause", "stop", "audit report", "migrate-ledger"];

describe("a good run answers on standard output, and exits with 0", () => {
  test.each(COMMANDS.map(({ name }) => name).filter((name) => !NO_GOOD_RUN.includes(name)))("%s", async (name) => {
    const [argv, answer, env] = GOOD[name] ?? [];
    if (!argv || !answer) throw new Error(`Add a good run of ${name} to the table above.`);
    const { status, stdout, stderr } = await runProgram([...name.split(" "), ...argv()], { ...ENV, ...env });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(answer);
  });

  test.each(COMMANDS.map(({ name }) => name).filter((name) => GOOD[name]))("%s --json", async (name) => {
    const [argv = () => [], , env] = GOOD[name] ?? [];
    const words = [...name.split(" "), ...argv(), "--json"];
    const { status, stdout, stderr } = await runProgram(words, { ...ENV, ...env });
    expect([status, stderr]).toEqual([0, ""]);
    expect(typeof JSON.parse(stdout)).toBe("object");
  });
});

test("the process ends with the program's exit code, and prints a fault on standard error", async () => {
  expectSentence(await startProgram(["--hepl"]).ended, 2);
});

test("--version is that of package.json", async () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  expect(await runProgram(["--version"])).toEqual({ status: 0, stdout: `drydock ${version}\n`, stderr: "" });
});

test("help lists every command; help of a group lists the group's", async () => {
  const all = await runProgram(["help"]);
  expect(all.stdout).toBe((await runProgram(["--help"])).stdout);
  for (const { name, summary } of COMMANDS) expect(all.stdout).toMatch(new RegExp(`drydock ${name}.*${summary}`));
  const group = await runProgram(["config", "-h"]);
  expect(group.stdout).toContain("drydock config schema");
  expect(group.stdout).not.toContain("drydock backup");
});

test("help inside other arguments does nothing but explain", async () => {
  const to = join(directory, "not-made.db");
  const { status, stdout } = await runProgram(["backup", to, "--config", config, "--help"], ENV);
  expect([status, stdout.split("\n")[0]]).toEqual([0, "Usage: drydock backup FILE [options]"]);
  expect(existsSync(to)).toBe(false);
});

test("a reader that ends early is no error", async () => {
  const { child, ended } = startProgram(["config", "schema"]);
  child.stdout.destroy();
  const { status, stderr } = await ended;
  expect([status, stderr]).toEqual([0, ""]);
});
