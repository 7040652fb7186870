import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { fingerprintOf } from "../../src/adapters/chain/chain.ts";
import { backupLedger } from "../../src/adapters/sqlite/backup.ts";
import { makeKeyFile } from "../../src/adapters/sqlite/key.ts";
import { openLedger } from "../../src/adapters/sqlite/open-ledger.ts";
import { osUser } from "../../src/adapters/sqlite/os-user.ts";
import { retainLedger } from "../../src/adapters/sqlite/retain.ts";
import { openSqliteLedger } from "../../src/adapters/sqlite/sqlite-ledger.ts";
import { append } from "../support/append.ts";
import { note } from "../support/archived-note.ts";
import { manualClock } from "../support/manual-clock.ts";
import { runProgram } from "../support/run-program.ts";
import { keepLog } from "../support/silent-log.ts";
import { anEvent } from "./ledger.contract.ts";

const directory = mkdtempSync(join(tmpdir(), "ledger-rotation-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const [OLD, NEW] = ["a key of the tests, which is long enough", "another key of the tests, as long as that"];
let folders = 0;

function configured(): { readonly file: string; readonly config: string } {
  folders += 1;
  const folder = join(directory, String(folders));
  mkdirSync(folder);
  const config = join(folder, "drydock.yml");
  writeFileSync(config, "servers: {prod: {url: 'https://deploy.example.com', approvals: 0}}\n");
  return { file: join(folder, "drydock.db"), config };
}

function open(file: string, fromEnvironment?: string) {
  return openLedger({ file, fromEnvironment, clock: manualClock(), log: keepLog() });
}

async function fill(file: string, key?: string): Promise<void> {
  const ledger = open(file, key);
  for (let i = 0; i < 4; i += 1) await append(ledger, `s.${i % 2}`, anEvent());
  await ledger.close();
}

const keyIn = (path: string) => readFileSync(path, "utf8").trim();

/** The ledger is whole under its key, and records the change. */
async function expectChanged(file: string, from: string, to: string, key?: string): Promise<void> {
  const ledger = open(file, key);
  const all = await ledger.since(0, 100);
  expect(all.slice(0, 2).map(({ stream }) => stream)).toEqual(["s.0", "s.1"]);
  const data = { from: fingerprintOf(Buffer.from(from)), to: fingerprintOf(Buffer.from(to)), by: osUser() };
  const actor = `operator:${osUser()}`;
  expect(all.at(-1)).toMatchObject({ stream: "ledger.self", type: "ledger.key-changed", actor, data });
  await append(ledger, "s.1", anEvent());
  await ledger.close();
  await open(file, key).close();
}

describe("the key is changed by the documented steps", () => {
  test("in its file: one command; older backups open with the old key, which stays beside it", async () => {
    const { file, config } = configured();
    await fill(file);
    const old = keyIn(`${file}.key`);
    await backupLedger({ file, to: `${file}.copy`, key: Buffer.from(old) });
    const { status, stdout, stderr } = await runProgram(["rotate-key", "-c", config]);
    expect([status, stderr]).toEqual([0, ""]);
    const fresh = keyIn(`${file}.key`);
    expect(fresh).not.toBe(old);
    expect(stdout).toContain(fingerprintOf(Buffer.from(fresh)));
    expect(`${stdout}${stderr}`).not.toMatch(new RegExp(`${old}|${fresh}`));
    expect(statSync(`${file}.key`).mode & 0o777).toBe(0o600);
    await expectChanged(file, old, fresh);
    const kept = `${file}.key.${fingerprintOf(Buffer.from(old))}`;
    expect([keyIn(kept), statSync(kept).mode & 0o777]).toEqual([old, 0o600]);
    await openSqliteLedger({ file: `${file}.copy`, key: Buffer.from(keyIn(kept)) }).close();
    expect(existsSync(`${file}.key.next`)).toBe(false);
    expect((await runProgram(["rotate-key", "-c", config])).status).toBe(0);
  });

  test("in the environment: the old and the new one are there for the one command", async () => {
    const { file, config } = configured();
    await fill(file, OLD);
    const rotate = (env: Record<string, string>) => runProgram(["rotate-key", "-c", config], env);
    for (const env of [{ DRYDOCK_LEDGER_KEY: OLD }, { DRYDOCK_LEDGER_KEY: OLD, DRYDOCK_LEDGER_KEY_OLD: OLD }])
      expect((await rotate(env)).stderr).toContain("put the key in use into DRYDOCK_LEDGER_KEY_OLD");
    const short = await rotate({ DRYDOCK_LEDGER_KEY: "short", DRYDOCK_LEDGER_KEY_OLD: OLD });
    expect(short.stderr).toContain("at least 32 characters");
    const wrong = await rotate({ DRYDOCK_LEDGER_KEY: NEW, DRYDOCK_LEDGER_KEY_OLD: `${NEW}!` });
    expect(wrong.stderr).toContain("is not the key of the ledger");
    const both = { DRYDOCK_LEDGER_KEY: NEW, DRYDOCK_LEDGER_KEY_OLD: OLD };
    expect(await rotate(both)).toMatchObject({ status: 0, stderr: "" });
    await expectChanged(file, OLD, NEW, NEW);
    expect(() => open(file, OLD)).toThrow("is not the key of the ledger");
    // Once more changes nothing.
    expect(await rotate(both)).toMatchObject({ status: 0, stderr: "" });
    const ledger = open(file, NEW);
    expect(await ledger.read("ledger.self")).toHaveLength(1);
    await ledger.close();
  });

  test("and what was archived before is still proven", async () => {
    const { file, config } = configured();
    await fill(file);
    const key = Buffer.from(keyIn(`${file}.key`));
    retainLedger({
      file,
      archive: `${file}.jsonl`,
      key,
      choose: () => ({ streams: new Set<string>(["s.0"]), events: new Set<number>() }),
      note,
    });
    expect((await runProgram(["rotate-key", "-c", config])).stderr).toBe("");
    const ledger = open(file);
    expect(await ledger.read("s.0")).toEqual([]);
    expect(await ledger.read("s.1")).toHaveLength(2);
    await expect(append(ledger, "s.0", anEvent())).rejects.toThrow("closed");
    await ledger.close();
  });
});

describe("a change of the key that was interrupted is ended by the same command", () => {
  test("before the ledger was sealed anew", async () => {
    const { file, config } = configured();
    await fill(file);
    const old = keyIn(`${file}.key`);
    const next = makeKeyFile(file, `${file}.key.next`).toString();
    await open(file).close();
    expect((await runProgram(["rotate-key", "-c", config])).stderr).toBe("");
    await expectChanged(file, old, next);
  });

  test("and after that", async () => {
    const { file, config } = configured();
    await fill(file);
    const old = keyIn(`${file}.key`);
    await runProgram(["rotate-key", "-c", config]);
    const fresh = keyIn(`${file}.key`);
    renameSync(`${file}.key`, `${file}.key.next`);
    renameSync(`${file}.key.${fingerprintOf(Buffer.from(old))}`, `${file}.key`);
    rmSync(`${file}.hint`);
    expect(() => open(file)).toThrow("To end it: drydock rotate-key");
    expect((await runProgram(["rotate-key", "-c", config])).stderr).toBe("");
    await expectChanged(file, old, fresh);
  });
});
