import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openDatabase } from "../../src/adapters/sqlite/database.ts";
import { openSqliteLedger } from "../../src/adapters/sqlite/sqlite-ledger.ts";
import { append } from "../support/append.ts";
import { keepLog } from "../support/silent-log.ts";
import { anEvent } from "./ledger.contract.ts";

const directory = mkdtempSync(join(tmpdir(), "ledger-edits-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const key = Buffer.from("a key of the tests, which is long enough");
let files = 0;

async function filled(): Promise<string> {
  files += 1;
  const file = join(directory, `${files}.db`);
  const ledger = openSqliteLedger({ file, key });
  for (let i = 0; i < 6; i += 1) await append(ledger, `s.${i % 2}`, anEvent());
  await append(ledger, "s.over", anEvent(true));
  await ledger.close();
  return file;
}

function edit(file: string, sql: string): void {
  const raw = openDatabase(file);
  // What the rows are not allowed to become can be written all the same.
  raw.exec("PRAGMA ignore_check_constraints = ON");
  raw.exec(sql);
  raw.close();
}

/** Opens the ledger, and tries everything that depends on what is kept beside the events. */
async function expectWhole(file: string): Promise<readonly string[]> {
  const log = keepLog();
  const ledger = openSqliteLedger({ file, key, log });
  expect((await ledger.read("s.1")).length).toBe(3);
  await append(ledger, "s.1", anEvent());
  await expect(append(ledger, "s.over", anEvent())).rejects.toThrow("closed");
  await ledger.close();
  return log.said;
}

/** Writes other bytes of the same length into the pages of an index or a table; the schema is page 1. */
function overwrite(
  file: string,
  { root, from, to }: { readonly root: number | string; from: string; to: string },
): void {
  const raw = openDatabase(file, { readonly: true });
  const found = raw.prepare<[string], { rootpage: number }>("SELECT rootpage FROM sqlite_master WHERE name = ?");
  const page = typeof root === "number" ? root : (found.get(root)?.rootpage ?? 0);
  raw.close();
  const bytes = readFileSync(file);
  const at = bytes.indexOf(from, (page - 1) * 4096);
  expect(at).toBeGreaterThan(0);
  expect(at).toBeLessThan(page * 4096);
  bytes.write(to, at);
  writeFileSync(file, bytes);
}

describe("what the chain does not cover is rebuilt from it, and said once", () => {
  test.each([
    ["a trigger that is gone", "DROP TRIGGER event_is_not_removed", "event_is_not_removed"],
    [
      "a trigger that lets everything through",
      "DROP TRIGGER event_is_not_edited; CREATE TRIGGER event_is_not_edited BEFORE UPDATE ON event WHEN 0 BEGIN SELECT 1; END",
      "event_is_not_edited",
    ],
    [
      "a trigger of somebody else's",
      'CREATE TRIGGER "it""s" AFTER INSERT ON event BEGIN UPDATE head SET position = 0; END',
      "it",
    ],
    ["an index of somebody else's", "CREATE UNIQUE INDEX one_each ON event (pruned, link)", "one_each"],
    ["the table of the key's fingerprint that is gone", "DROP TABLE ledger_key", "ledger_key"],
    [
      "the table of the key's fingerprint that takes any",
      "DROP TABLE ledger_key; CREATE TABLE ledger_key (fingerprint)",
      "ledger_key",
    ],
    ["a format that is lower than the file's", "PRAGMA user_version = 2", undefined],
  ])("%s", async (_what, sql, named) => {
    const file = await filled();
    edit(file, sql);
    const said = (await expectWhole(file)).filter((line) => line.includes("Drydock rebuilt them"));
    expect(said).toHaveLength(named === undefined ? 0 : 1);
    expect(said.join()).toContain(named ?? "");
    expect(await expectWholeAgain(file)).toEqual([]);
  });

  test("an index that leads to other rows", async () => {
    const file = await filled();
    overwrite(file, { root: "sqlite_autoindex_event_2", from: "s.1", to: "s.7" });
    expect((await expectWhole(file)).join()).toContain("the indexes");
    expect(await expectWholeAgain(file)).toEqual([]);
  });

  async function expectWholeAgain(file: string): Promise<readonly string[]> {
    const log = keepLog();
    await openSqliteLedger({ file, key, log }).close();
    return log.said;
  }

  test.each([
    ["a view", "CREATE VIEW v AS SELECT * FROM event"],
    [
      "a table of somebody else's",
      "CREATE TABLE stream (name, count, closed); INSERT INTO stream VALUES ('s.1', 9, 1)",
    ],
  ])("%s changes nothing", async (_what, sql) => {
    const file = await filled();
    edit(file, sql);
    expect(await expectWhole(file)).toEqual([]);
  });
});

describe("what cannot be rebuilt is refused with a sentence, and nothing is changed", () => {
  test.each([
    ["a column too many", "ALTER TABLE event ADD COLUMN more TEXT", "table event"],
    ["no table for the chain's end", "DROP TABLE head", "table head"],
    ["a second end", "INSERT INTO head VALUES (0, 2, 'x', 'y')", "damaged"],
    ["a format that the file does not have", "PRAGMA user_version = 1", "does not have the format 1"],
    ["a format that no Drydock knows", "PRAGMA user_version = 99", "start the newer Drydock"],
  ])("%s", async (_what, sql, sentence) => {
    const file = await filled();
    edit(file, sql);
    expect(() => openSqliteLedger({ file, key })).toThrow(sentence);
    expect(() => openSqliteLedger({ file, key })).toThrow(/backup|newer/);
  });

  test("a schema that SQLite cannot read", async () => {
    const file = await filled();
    overwrite(file, { root: 1, from: "CREATE TABLE head", to: "CREATE TABLX head" });
    expect(() => openSqliteLedger({ file, key })).toThrow("is damaged");
  });
});
