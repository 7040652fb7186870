import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openDatabase } from "../../src/adapters/sqlite/database.ts";
import { openLedger } from "../../src/adapters/sqlite/open-ledger.ts";
import { systemClock } from "../../src/system.ts";
import { append } from "../support/append.ts";
import { runProgram } from "../support/run-program.ts";
import { keepLog } from "../support/silent-log.ts";
import { GOLDEN_LEDGER, KEY } from "./ledger-world.ts";

/** docs/operations/upgrading-drydock.md, walked. That nothing is asked again is in ledger.test.ts. */

const folder = mkdtempSync(join(tmpdir(), "upgrade-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the recorded ledger, as the old version left it. */
function oldLedger(name: string): string {
  const file = join(folder, `${name}.db`);
  copyFileSync(GOLDEN_LEDGER, file);
  return file;
}

const start = (file: string) =>
  openLedger({ file, fromEnvironment: KEY.toString(), clock: systemClock, log: keepLog() });

function contentOf(file: string): { readonly format: number; readonly rows: readonly unknown[] } {
  const db = openDatabase(file, { readonly: true });
  const { user_version: format } = db.prepare<[], { user_version: number }>("PRAGMA user_version").get() ?? {
    user_version: 0,
  };
  const rows = db
    .prepare<[], unknown>("SELECT position, stream, seq, id, json, link FROM event ORDER BY position")
    .all();
  db.close();
  return { format, rows };
}

const note = { id: "since", v: 1, at: 1, actor: "drydock", type: "person.told", data: { text: "Hello." } } as const;

test("a start changes the file's format and no row, and a second start changes nothing", async () => {
  const file = oldLedger("start");
  const old = contentOf(file);
  await start(file).close();
  const upgraded = contentOf(file);
  expect(upgraded.format).toBeGreaterThan(old.format);
  expect(upgraded.rows).toEqual(old.rows);
  await start(file).close();
  expect(contentOf(file)).toEqual(upgraded);
});

test("a version that does not know the ledger's format refuses it, and changes nothing", async () => {
  const file = oldLedger("back");
  await start(file).close();
  const { format } = contentOf(file);
  const db = openDatabase(file);
  db.exec(`PRAGMA user_version = ${format + 1}`);
  db.close();
  const newer = contentOf(file);
  expect(() => start(file)).toThrow(
    `The ledger has format ${format + 1}, and this Drydock knows ${format} at most: start the newer Drydock again.`,
  );
  expect(contentOf(file)).toEqual(newer);
});

test("the backup of before the upgrade is a way back, once a person accepts what it lacks", async () => {
  const file = oldLedger("restored");
  const config = join(folder, "restored.yml");
  writeFileSync(
    config,
    "ledger: {file: ./restored.db}\nservers: {prod: {url: 'https://deploy.example.com', approvals: 0}}\n",
  );
  const drydock = (...args: readonly string[]) =>
    runProgram([...args, "--config", config], { DRYDOCK_LEDGER_KEY: KEY.toString() });
  const { rows } = contentOf(file);
  const backup = join(folder, "before.db");
  expect(await drydock("backup", backup)).toMatchObject({ status: 0 });

  const upgraded = start(file);
  await append(upgraded, "person.U0ALICE", note);
  await upgraded.close();
  expect(JSON.parse(readFileSync(`${file}.hint`, "utf8"))).toMatchObject({ position: rows.length + 1 });

  for (const beside of ["-wal", "-shm"]) rmSync(`${file}${beside}`, { force: true });
  copyFileSync(backup, file);
  expect(() => start(file)).toThrow("accept-ledger");
  const asked = await drydock("accept-ledger", file);
  const [, word = ""] = /--confirm (\S+)/.exec(asked.stderr) ?? [];
  expect(await drydock("accept-ledger", file, "--confirm", word)).toMatchObject({ status: 0, stderr: "" });
  await start(file).close();
  expect(contentOf(file).rows.slice(0, rows.length)).toEqual(rows);
});
