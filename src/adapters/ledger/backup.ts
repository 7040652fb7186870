import { chmodSync, existsSync, renameSync, rmSync } from "node:fs";
import Database from "better-sqlite3";
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
  const source = new Database(file, { readonly: true });
  try {
    await source.backup(partial);
  } finally {
    source.close();
  }
  try {
    chmodSync(partial, 0o600);
    const copy = new Database(partial);
    try {
      // One file, without a log beside it.
      copy.pragma("journal_mode = DELETE");
      const rows = verifyLedger(copy, key, file);
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
