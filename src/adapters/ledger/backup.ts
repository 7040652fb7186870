import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { openDatabase } from "../database.ts";
import { verifyLedger } from "./verify.ts";

/**
 * Copies the ledger while Drydock may be writing to it, and checks the copy's pages and chain before it gets its name. Returns
 * how many rows it has. Throws a sentence for people.
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
  if (!existsSync(file)) throw new Error(`There is no ledger at ${file}, so there is nothing to back up.`);
  if (existsSync(to)) throw new Error(`${to} is there already: a backup never overwrites. Give another name.`);
  const partial = `${to}.partial`;
  // A backup that was killed may have left it, and SQLite does not overwrite.
  rmSync(partial, { force: true });
  const source = openDatabase(file, { readonly: true });
  try {
    source.prepare<[string]>("VACUUM INTO ?").run(partial);
  } finally {
    source.close();
  }
  try {
    chmodSync(partial, 0o600);
    syncFile(partial);
    const copy = openDatabase(partial);
    try {
      const rows = verifyLedger(copy, key);
      copy.close();
      renameSync(partial, to);
      return rows;
    } finally {
      copy.close();
    }
  } finally {
    rmSync(partial, { force: true });
  }
}

/** SQLite does not write the copy through to the disk by itself. */
function syncFile(path: string): void {
  const file = openSync(path, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
