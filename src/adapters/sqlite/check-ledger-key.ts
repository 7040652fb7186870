import { existsSync } from "node:fs";
import { assertFolder } from "./assert-folder.ts";
import { assertKey } from "./assert-key.ts";
import { type Database, openDatabase } from "./database.ts";
import { assertHint, assertNotEmptied } from "./hint.ts";
import { type KeySource, readLedgerKey } from "./key.ts";
import { sqliteFault } from "./sqlite-fault.ts";

/** Throws OperatorError if Drydock could not start with this ledger: its folder, key or hint. Changes nothing, also while Drydock runs. */
export function checkLedgerKey(source: KeySource): void {
  assertFolder(source.file);
  assertNotEmptied(source.file);
  const key = readLedgerKey(source);
  if (!key || !existsSync(source.file)) return;
  let db: Database | undefined;
  try {
    db = openDatabase(source.file);
    db.exec("PRAGMA query_only = ON");
    const isLedger = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'head'").get();
    if (!isLedger) return;
    assertKey(db, key, source.file);
    assertHint(source.file, db);
  } catch (error) {
    throw sqliteFault(source.file, error);
  } finally {
    db?.close();
  }
}
