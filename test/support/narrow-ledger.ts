import Database from "better-sqlite3";
import { openSqliteLedger, type SqliteSettings } from "../../src/adapters/ledger/sqlite.ts";
import type { Ledger } from "../../src/app/ports.ts";

/** A new ledger with room for so many pages of 4 KiB, as if the disk were full then; `free` gives it more. */
export function openNarrowLedger({ room, ...settings }: Omit<SqliteSettings, "maxPages"> & { readonly room: number }): {
  readonly ledger: Ledger;
  readonly free: () => void;
} {
  void openSqliteLedger(settings).close();
  const pages = withRaw(settings.file, (db) => {
    db.exec("CREATE TABLE ballast (filler); INSERT INTO ballast VALUES (zeroblob(400000))");
    return Number(db.pragma("page_count", { simple: true }));
  });
  return {
    ledger: openSqliteLedger({ ...settings, maxPages: pages + room }),
    free: () => withRaw(settings.file, (db) => void db.exec("DROP TABLE ballast")),
  };
}

function withRaw<T>(file: string, work: (db: Database.Database) => T): T {
  const db = new Database(file);
  try {
    return work(db);
  } finally {
    db.close();
  }
}
