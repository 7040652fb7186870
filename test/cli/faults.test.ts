import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openDatabase } from "../../src/adapters/sqlite/database.ts";
import { writeHint } from "../../src/adapters/sqlite/hint.ts";
import { lockLedger } from "../../src/adapters/sqlite/lock.ts";
import { openSqliteLedger } from "../../src/adapters/sqlite/sqlite-ledger.ts";
import { type Ran, runProgram, startProgram } from "../support/run-program.ts";

const directory = mkdtempSync(join(tmpdir(), "faults-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const KEY = "a key of the tests, which is long enough";
const NO_KEY = { SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-1", DS_USERNAME: "u", DS_PASSWORD: "p" };
const ENV = { ...NO_KEY, DRYDOCK_LEDGER_KEY: KEY };

/** A folder with a configuration. Nothing listens on port 1: to Drydock it looks as if everything were away. */
function configured(name: string, { ledger = "ledger.db", slack = "" } = {}) {
  const folder = join(directory, name);
  mkdirSync(folder);
  const config = join(folder, "drydock.yml");
  const lines = [
    `ledger: {file: ${ledger}}`,
    `slack: {apiUrl: 'http://127.0.0.1:1/api/'${slack}}`,
    "servers: {prod: {url: 'http://127.0.0.1:1', approvals: 0}}",
  ];
  writeFileSync(config, `${lines.join("\n")}\n`);
  const file = join(folder, ledger);
  const open = () => openSqliteLedger({ file, key: Buffer.from(KEY) });
  return { folder, config, file, open };
}

/** Nothing but sentences: no answer, no stack, no word that only a programmer knows. */
function expectFault({ status, stderr }: Ran, ...parts: readonly string[]): void {
  for (const part of parts) expect(stderr).toContain(part);
  expect(stderr).not.toMatch(/^ {4}at |Error:|SQLITE_|\bE[A-Z]{4,}\b|has a bug/m);
  expect(status).toBe(1);
}

describe("the configuration", () => {
  test("is missing, is a folder, or has a problem", async () => {
    const missing = await runProgram([], { ...ENV, DRYDOCK_CONFIG: join(directory, "none.yml") });
    expectFault(missing, "there is no such file", "drydock init --config ");
    expect(missing.stdout).toBe("");
    expectFault(await runProgram(["config", "check", "-c", directory], ENV), `${directory}: this is a folder`);
    const { config } = configured("problem");
    const { SLACK_BOT_TOKEN: _, ...noToken } = ENV;
    expectFault(await runProgram(["config", "check", "-c", config], noToken), "SLACK_BOT_TOKEN: missing");
    expectFault(await runProgram(["-c", config], noToken), "SLACK_BOT_TOKEN: missing");
  });

  test("names a log level that does not exist", async () => {
    const { config } = configured("level");
    for (const argv of [[], ["config", "check"]])
      expectFault(
        await runProgram([...argv, "-c", config], { ...ENV, LOG_LEVEL: "verbose" }),
        'LOG_LEVEL: expected one of debug, info, warn, error, not "verbose"',
      );
  });
});

describe("the ledger", () => {
  test("has a folder that is missing", async () => {
    const { config, folder } = configured("nowhere", { ledger: "no/such/ledger.db" });
    const missing = `The ledger's folder ${join(folder, "no/such")} does not exist. Create it: mkdir -p`;
    for (const argv of [[], ["config", "check"]])
      for (const env of [ENV, NO_KEY]) expectFault(await runProgram([...argv, "-c", config], env), missing);
  });

  test("is a folder", async () => {
    const { config, folder } = configured("folder", { ledger: "." });
    const sentence = `The ledger ${folder} is a folder. Name a file in it, e.g. ledger.file: ${join(folder, "drydock.db")}`;
    for (const argv of [[], ["config", "check"]])
      for (const env of [ENV, NO_KEY]) expectFault(await runProgram([...argv, "-c", config], env), sentence);
  });

  test("is in use by another process: the bot and retain say by which, backup runs", async () => {
    const { config, file, folder, open } = configured("in-use");
    await open().close();
    const lock = lockLedger(file, 1);
    const inUse = [`${file} is in use by process ${process.pid}`, "stop the other one first"];
    expectFault(await runProgram(["-c", config], ENV), ...inUse);
    const archive = join(folder, "old.jsonl");
    const words = ["retain", "--before", "2026-01-01", "--archive", archive, "-c", config];
    expectFault(await runProgram(words, ENV), ...inUse);
    expect(existsSync(archive)).toBe(false);
    expect(await runProgram(["backup", join(folder, "copy.db"), "-c", config], ENV)).toMatchObject({ status: 0 });
    lock.release();
  });

  test("is no database", async () => {
    const { config, file, folder } = configured("no-database");
    writeFileSync(file, "this is no database, but long enough to be read as the header of one, and longer still\n");
    const notOne = `${file} is not a SQLite database`;
    for (const argv of [[], ["config", "check"]]) expectFault(await runProgram([...argv, "-c", config], ENV), notOne);
    expectFault(await runProgram(["backup", join(folder, "copy.db"), "-c", config], ENV), notOne);
    expect(existsSync(join(folder, "copy.db.partial"))).toBe(false);
  });

  test("has a key that is lost, that others can read, or that is another one", async () => {
    const { config, file, folder, open } = configured("key");
    expectFault(await runProgram(["backup", "x.db", "-c", config], NO_KEY), `There is no ledger at ${file} yet`);
    expect(existsSync(`${file}.key`)).toBe(false);
    await open().close();
    expectFault(await runProgram(["-c", config], NO_KEY), "its key is not", `${file}.key`);
    writeFileSync(`${file}.key`, `${KEY}\n`, { mode: 0o644 });
    chmodSync(`${file}.key`, 0o644);
    expectFault(await runProgram(["-c", config], NO_KEY), `chmod 600 ${file}.key`);
    const other = { ...ENV, DRYDOCK_LEDGER_KEY: "another key of the tests, as long as that" };
    const notItsKey = `DRYDOCK_LEDGER_KEY is not the key of the ledger ${file}.`;
    for (const argv of [[], ["config", "check"], ["backup", join(folder, "copy.db")]])
      expectFault(await runProgram([...argv, "-c", config], other), notItsKey, "Nothing was changed.");
  });

  test("lacks what its hint recorded, or is gone: each command that needs it says so as the start does", async () => {
    const { config, file, folder, open } = configured("hinted");
    await open().close();
    writeHint(file, { position: 3, link: "of a newer row", at: 1 });
    const lacking = ["recorded row 3,", "Put the newest ledger back.", `drydock accept-ledger ${file}`];
    for (const argv of [[], ["config", "check"], ["status"]])
      expectFault(await runProgram([...argv, "-c", config], ENV), ...lacking);
    rmSync(file);
    for (const argv of [[], ["config", "check"], ["status"], ["backup", join(folder, "copy.db")]])
      for (const env of [ENV, NO_KEY])
        expectFault(await runProgram([...argv, "-c", config], env), `${file} is empty or missing.`, ...lacking);
    expect(existsSync(file)).toBe(false);
  });

  test("is damaged: backup says so about the ledger, not about the copy", async () => {
    const { config, file, folder, open } = configured("damaged");
    await open().close();
    // Everything but the header, which SQLite reads first.
    writeFileSync(file, Buffer.concat([readFileSync(file).subarray(0, 100), Buffer.alloc(40_000, "x")]));
    expectFault(await runProgram(["backup", join(folder, "copy.db"), "-c", config], ENV), `${file} is damaged`);
    expect(existsSync(join(folder, "copy.db"))).toBe(false);
  });

  test("has a row that its table forbids: backup only reads, so it says nothing of upgrades", async () => {
    const { config, file, folder, open } = configured("forbidden");
    await open().close();
    const db = openDatabase(file);
    db.exec("PRAGMA ignore_check_constraints = ON; INSERT INTO head VALUES (0, 2, 'x', 'y')");
    db.close();
    const backup = await runProgram(["backup", join(folder, "copy.db"), "-c", config], ENV);
    expectFault(backup, `The ledger's file ${file} is damaged (`, "Restore the bot's own ledger from a backup.");
    expect(backup.stderr).not.toContain("upgrade");
  });
});

describe("backup and retain", () => {
  test("into a folder that is missing, or over a file that exists", async () => {
    const { config, folder, open } = configured("targets");
    await open().close();
    const there = join(folder, "there");
    writeFileSync(there, "");
    const missing = join(folder, "none", "copy.db");
    const backupTo = (to: string) => runProgram(["backup", to, "-c", config], ENV);
    const retainTo = (to: string) =>
      runProgram(["retain", "--before", "2026-01-01", "--archive", to, "-c", config], ENV);
    for (const run of [backupTo, retainTo]) {
      expectFault(await run(missing), `There is no folder ${join(folder, "none")}`, "mkdir -p");
      expectFault(await run(there), `${there} is there already`);
      expectFault(await run(folder), `${folder} is there already`);
    }
  });
});

describe("what listens and who answers", () => {
  test("a port that another program has", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    const slack = `, mode: http, http: {host: 127.0.0.1, port: ${port}}`;
    const { config } = configured("port", { slack });
    const ran = await startProgram(["-c", config], { ...ENV, SLACK_SIGNING_SECRET: "s".repeat(32) }).ended;
    await new Promise((resolve) => other.close(resolve));
    expectFault(ran, `already listens on port ${port} (127.0.0.1)`, "slack.http.port");
  });

  test("a server that does not answer", async () => {
    for (const command of ["plan", "probe"]) {
      const ran = await runProgram([command, "--url", "http://127.0.0.1:1"], ENV);
      expectFault(ran, "the connection was refused");
      expect(ran.stdout).toBe("");
    }
  });
});
