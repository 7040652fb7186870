import { type Database, openDatabase } from "../../src/adapters/sqlite/database.ts";
import { openSqliteLedger, type SqliteSettings } from "../../src/adapters/sqlite/sqlite-ledger.ts";
import type { Ledger } from "../../src/model/ledger-port.ts";

/** A new ledger with room for so many pages of 4 KiB, as if the disk were full then; `free` gives it more. */
export function openNarrowLedger({ room, ...settings }: Omit<SqliteSettings, "maxPages"> & { readonly room: number }): {
  readonly ledger: Ledger;
  readonly free: () => void;
} {
  void openSqliteLedger(settings).close();
  const pages = withRaw(settings.file, (db) => {
    db.exec("CREATE TABLE ballast (filler); INSERT INTO ballast VALUES (zeroblob(400000))");
    return db.prepare<[], { pages: number }>("SELECT page_count AS pages FROM pragma_page_count").get()?.pages ?? 0;
  });
  return {
    ledger: openSqliteLedger({ ...settings, maxPages: pages + room }),
    free: () => withRaw(settings.file, (db) => void db.exec("DROP TABLE ballast")),
  };
}

function withRaw<T>(file: string, work: (db: Database) => T): T {
  const db = openDatabase(file);
  try {
    return work(db);
  } finally {
    db.close();
  }
}
