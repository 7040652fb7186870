import { OperatorError } from "../../core/ports.ts";
import type { Database } from "./database.ts";

/** Each is applied once, in this order; the database's `user_version` says how many it has had. Never edit one: add one. */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE event (
     position INTEGER PRIMARY KEY,
     stream TEXT NOT NULL,
     seq INTEGER NOT NULL,
     id TEXT NOT NULL UNIQUE,
     json TEXT NOT NULL,
     link TEXT NOT NULL,
     UNIQUE (stream, seq)
   );
   CREATE TABLE stream (name TEXT PRIMARY KEY, count INTEGER NOT NULL, closed INTEGER NOT NULL) WITHOUT ROWID;
   CREATE INDEX open_stream ON stream (name) WHERE closed = 0;
   CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL, link TEXT NOT NULL, seal TEXT NOT NULL);
   CREATE TRIGGER event_is_not_edited BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
   CREATE TRIGGER event_is_not_removed BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;`,
  // What is archived leaves its link behind, sealed; nothing else of a row may ever change.
  `ALTER TABLE event ADD COLUMN pruned TEXT;
   DROP TRIGGER event_is_not_edited;
   CREATE TRIGGER event_is_not_edited BEFORE UPDATE ON event
     WHEN NOT (OLD.pruned IS NULL AND NEW.pruned IS NOT NULL AND NEW.json = '' AND NEW.position = OLD.position
       AND NEW.stream = OLD.stream AND NEW.seq = OLD.seq AND NEW.id = OLD.id AND NEW.link = OLD.link)
     BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;`,
  // Which key the ledger is written with, in the file itself so that every copy has it.
  "CREATE TABLE IF NOT EXISTS ledger_key (one INTEGER PRIMARY KEY CHECK (one = 1), fingerprint TEXT NOT NULL);",
  // A stream's length and end are read from its last row: what is not kept twice cannot differ.
  "DROP TABLE IF EXISTS stream;",
];

/** Throws OperatorError if the ledger has another format than this Drydock writes. Changes nothing. */
export function assertFormat(db: Database): void {
  const version = formatOf(db);
  if (version < MIGRATIONS.length)
    throw new OperatorError(
      `The ledger has format ${version}, and this Drydock reads format ${MIGRATIONS.length}. The next start of the bot brings it to that.`,
    );
  if (version > MIGRATIONS.length) migrate(db);
}

function formatOf(db: Database): number {
  return db.prepare<[], { user_version: number }>("PRAGMA user_version").get()?.user_version ?? 0;
}

export function migrate(db: Database): void {
  const version = formatOf(db);
  if (version > MIGRATIONS.length) {
    throw new OperatorError(
      `The ledger has format ${version}, and this Drydock knows ${MIGRATIONS.length} at most: start the newer Drydock again.`,
    );
  }
  if (version === MIGRATIONS.length) return;
  try {
    db.transaction(() => {
      for (const sql of MIGRATIONS.slice(version)) db.exec(sql);
      db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
    })();
  } catch (error) {
    if (!isWrongFormat(error)) throw error;
    throw new OperatorError(
      `The ledger's file does not have the format ${version} that it names. Nothing was changed. Restore the ledger from a backup.`,
    );
  }
}

/** What SQLite answers if a table is there already, or is missing. */
function isWrongFormat(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "SQLITE_ERROR";
}
