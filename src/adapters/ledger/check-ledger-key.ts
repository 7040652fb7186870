import { existsSync } from "node:fs";
import { openDatabase } from "../database.ts";
import { type KeySource, readLedgerKey } from "./key.ts";
import { assertKey } from "./key-fingerprint.ts";
import { assertFolder } from "./ledger-folder.ts";

/** Throws a sentence for people if Drydock could not start with this ledger: its folder, its key. Changes nothing, also while Drydock runs. */
export function checkLedgerKey(source: KeySource): void {
  assertFolder(source.file);
  const key = readLedgerKey(source);
  if (!key || !existsSync(source.file)) return;
  const db = openDatabase(source.file);
  try {
    db.exec("PRAGMA query_only = ON");
    const isLedger = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'head'").get();
    if (isLedger) assertKey(db, key, source.file);
  } finally {
    db.close();
  }
}
