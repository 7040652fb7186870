import type { Ledger } from "../../model/ledger-port.ts";
import { type Database, openDatabase } from "./database.ts";
import { assertHint } from "./hint.ts";
import { existingLedgerKey, type KeySource } from "./key.ts";
import { ledgerOver } from "./ledger-over.ts";
import { assertFormat } from "./migrations.ts";
import { createSnapshots } from "./snapshots.ts";
import { sqliteFault } from "./sqlite-fault.ts";
import { verifyLedger } from "./verify.ts";

/**
 * The ledger for a program beside the one that writes it: it needs the key and no lock, and can write nothing. It walks the chain, or
 * what is newer than the snapshot. Throws OperatorError.
 */
export function readLedger(source: KeySource & { readonly build: string }): Ledger {
  const { file, build } = source;
  const key = existingLedgerKey(source);
  let opened: Database | undefined;
  try {
    const db = openDatabase(file, { readonly: true });
    opened = db;
    assertFormat(db);
    // Before the transaction, which does not see what the bot writes meanwhile: its hint may name such a row.
    assertHint(file, db);
    const snapshot = createSnapshots(db, { file, key, build }).read();
    // One moment of the file, whatever the bot writes meanwhile.
    db.transaction(() => verifyLedger(db, key, file, snapshot))();
    return { ...ledgerOver(db, { file, key }), snapshot };
  } catch (error) {
    opened?.close();
    throw sqliteFault(file, error);
  }
}
