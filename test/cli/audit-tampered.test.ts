import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase } from "../../src/adapters/sqlite/database.ts";
import { openSqliteLedger } from "../../src/adapters/sqlite/sqlite-ledger.ts";
import { eventfulWorld } from "../features/audit/eventful-world.ts";
import { runProgram } from "../support/run-program.ts";

const KEY = "a key of the tests, which is long enough";
const folder = mkdtempSync(join(tmpdir(), "audit-tampered-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, "whole.db");
let copies = 0;

/** A rollout with an approval, a pause, a retry, a freeze and a handover. */
beforeAll(async () => {
  const ledger = openSqliteLedger({ file, key: Buffer.from(KEY) });
  await eventfulWorld({ ledger });
  await ledger.close();
}, 60_000);

function copied(tamper: (db: Database, rows: number) => void): string {
  copies += 1;
  const copy = join(folder, `${copies}.db`);
  for (const suffix of ["", ".hint"]) if (existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix);
  const db = openDatabase(copy);
  db.exec("DROP TRIGGER event_is_not_edited; DROP TRIGGER event_is_not_removed");
  tamper(db, db.prepare<[], { n: number }>("SELECT max(position) AS n FROM event").get()?.n ?? 0);
  db.close();
  return copy;
}

const verify = (ledger: string, key = KEY) =>
  runProgram(["audit", "verify", "--ledger", ledger], { DRYDOCK_LEDGER_KEY: key });

test("an untouched ledger is proven", async () => {
  const { status, stdout, stderr } = await verify(copied(() => undefined));
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("1 rollout: 1 proven.");
});

const sql =
  (text: string) =>
  (db: Database): void =>
    void db.exec(text);
const edit = (position: number, from: string, to: string) =>
  sql(`UPDATE event SET json = replace(json, '${from}', '${to}') WHERE position = ${position}`);

test.each<readonly [string, (db: Database, rows: number) => void, number | "end"]>([
  ["an edited event", edit(40, '"type":"', '"type":"x'), 40],
  ["a changed time", sql(`UPDATE event SET json = replace(json, '"at":1', '"at":2') WHERE position = 41`), 41],
  ["a changed actor", edit(5, '"actor":"', '"actor":"U0EVE'), 5],
  ["a removed row", sql("DELETE FROM event WHERE position = 30"), 31],
  ["a removed first row", sql("DELETE FROM event WHERE position = 0"), 1],
  [
    "two rows that changed places",
    sql(
      "UPDATE event SET position = -1 WHERE position = 20; UPDATE event SET position = 20 WHERE position = 21; UPDATE event SET position = 21 WHERE position = -1",
    ),
    20,
  ],
  ["an event in another stream", sql("UPDATE event SET stream = 'server.test' WHERE position = 12"), 12],
  ["another id", sql("UPDATE event SET id = 'x' WHERE position = 13"), 13],
  ["a row that is made to look archived", sql("UPDATE event SET json = '', pruned = link WHERE position = 14"), 14],
  [
    "a removed last row",
    (db, rows) =>
      db.exec(
        `DELETE FROM event WHERE position = ${rows}; UPDATE head SET position = ${rows - 1}, link = (SELECT link FROM event WHERE position = ${rows - 1})`,
      ),
    "end",
  ],
  [
    "an added row",
    (db, rows) =>
      db.exec(
        `INSERT INTO event SELECT ${rows + 1}, stream, seq + 1000, 'new', json, link, NULL FROM event WHERE position = ${rows}`,
      ),
    "end",
  ],
  ["an edited end", sql("UPDATE head SET seal = 'x'"), "end"],
  ["no end", sql("DELETE FROM head"), "end"],
])("%s is named with its row", async (what, tamper, row) => {
  let last = 0;
  const ledger = copied((db, rows) => {
    last = what === "a removed last row" ? rows - 1 : rows;
    tamper(db, rows);
  });
  const { status, stdout, stderr } = await verify(ledger);
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(`The ledger's chain is broken at position ${row === "end" ? last + 1 : row}: `);
});

test("another key is told from a broken chain, also if the record of the key was replaced", async () => {
  const other = "another key, which is long enough too";
  expect(
    (
      await verify(
        copied(() => undefined),
        other,
      )
    ).stderr,
  ).toContain("DRYDOCK_LEDGER_KEY is not the key of");
  const replaced = copied(sql("UPDATE ledger_key SET fingerprint = '0123456789abcdef'"));
  expect((await verify(replaced, other)).stderr).toContain("DRYDOCK_LEDGER_KEY is not the key of");
  expect((await verify(replaced)).status).toBe(0);
});
