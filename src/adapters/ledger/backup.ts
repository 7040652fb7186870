import { chmodSync, existsSync, renameSync, rmSync } from "node:fs";
import Database from "better-sqlite3";
import { OperatorError } from "../../app/ports.ts";
import { requireFolder, sqliteFault } from "../sqlite-fault.ts";
import { verifyLedger } from "./verify.ts";

/**
 * Copies the ledger while Drydock may be writing to it, and checks the copy's pages and chain before it gets its name. Returns
 * how many rows it has. Throws OperatorError.
 */
export async function backupLedger({
  file,
  to,
  key,
}: {
  readonly file: string;
  readonly to: string;
  readonly key: Buffer;
}): Promise<number> {
  if (!existsSync(file)) throw new OperatorError(`There is no ledger at ${file}, so there is nothing to back up.`);
  if (existsSync(to)) throw new OperatorError(`${to} is there already: a backup never overwrites. Give another name.`);
  requireFolder(to);
  const partial = `${to}.partial`;
  try {
    await copyTo(partial, file);
    chmodSync(partial, 0o600);
    const copy = new Database(partial);
    try {
      // One file, without a log beside it.
      copy.pragma("journal_mode = DELETE");
      const rows = verifyLedger(copy, key);
      copy.close();
      renameSync(partial, to);
      return rows;
    } finally {
      copy.close();
    }
  } catch (error) {
    throw sqliteFault(to, error);
  } finally {
    rmSync(partial, { force: true });
  }
}

async function copyTo(partial: string, file: string): Promise<void> {
  // A backup that was killed may have left one behind.
  rmSync(partial, { force: true });
  const source = openLedger(file);
  try {
    await source.backup(partial);
  } finally {
    source.close();
  }
}

function openLedger(file: string): Database.Database {
  let db: Database.Database | undefined;
  try {
    db = new Database(file, { readonly: true });
    // Reads its header, so that a damaged ledger is not reported as a damaged copy.
    db.pragma("schema_version");
    return db;
  } catch (error) {
    db?.close();
    throw sqliteFault(file, error);
  }
}
