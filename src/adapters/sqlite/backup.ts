import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { OperatorError } from "../../core/ports.ts";
import { syncFolderOf } from "../chain/sync-folder.ts";
import { type Database, openDatabase } from "./database.ts";
import { checkPages } from "./prepare-ledger.ts";
import { isDamage, requireFolder, sqliteFault } from "./sqlite-fault.ts";
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
  return makeBackup({ to, key, from: file, copy: async (partial) => copyTo(partial, file) });
}

/** Has a copy written, and checks it before it gets its name. `from` is the ledger's place, by which people know it. */
export async function makeBackup({
  to,
  key,
  from,
  copy: write,
}: {
  readonly to: string;
  readonly key: Buffer;
  readonly from: string;
  readonly copy: (partial: string) => Promise<void>;
}): Promise<number> {
  if (lstatSync(to, { throwIfNoEntry: false }))
    throw new OperatorError(`${to} is there already: a backup never overwrites. Give another name.`);
  requireFolder(to);
  const folder = `${to}.partial`;
  const partial = join(folder, "copy.db");
  try {
    // A backup that was killed may have left it. Nobody else can put a file or a link into the new one.
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { mode: 0o700 });
    await write(partial);
    chmodSync(partial, 0o600);
    syncFile(partial);
    const copy = openDatabase(partial);
    try {
      // One file, without a log beside it.
      copy.exec("PRAGMA journal_mode = DELETE");
      checkPages(copy, from);
      const rows = verifyLedger(copy, key, from);
      copy.close();
      giveName(partial, to);
      syncFolderOf(to);
      return rows;
    } finally {
      copy.close();
    }
  } catch (error) {
    throw sqliteFault(to, error);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A link is never made over another file. Where there are none, e.g. on a network drive, the copy is renamed. */
function giveName(partial: string, to: string): void {
  try {
    linkSync(partial, to);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") throw error;
    if (lstatSync(to, { throwIfNoEntry: false })) throw error;
    renameSync(partial, to);
  }
}

function copyTo(partial: string, file: string): void {
  const source = openSource(file);
  try {
    source.prepare<[string]>("VACUUM INTO ?").run(partial);
  } catch (error) {
    // A new copy cannot be damaged: then the ledger is.
    throw isDamage(error) ? sqliteFault(file, error) : error;
  } finally {
    source.close();
  }
}

/** Reads the ledger's header, so that a ledger that cannot be read is not reported as a copy that cannot be written. */
function openSource(file: string): Database {
  let db: Database | undefined;
  try {
    db = openDatabase(file, { readonly: true });
    db.prepare("PRAGMA schema_version").get();
    return db;
  } catch (error) {
    db?.close();
    throw sqliteFault(file, error);
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
