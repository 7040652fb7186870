import { hostname } from "node:os";
import Database from "better-sqlite3";

/**
 * Keeps a second process away from a ledger. The right is an open write transaction on a small database beside it: the
 * operating system ends it with the process, also after kill -9, so no stale lock can be left.
 */
export function lockLedger(file: string, now: number): { release(): void } {
  const db = new Database(`${file}.lock`, { timeout: 0 });
  try {
    db.exec(
      "CREATE TABLE IF NOT EXISTS holder (one INTEGER PRIMARY KEY CHECK (one = 1), pid INTEGER, host TEXT, since INTEGER)",
    );
    db.prepare("INSERT OR REPLACE INTO holder VALUES (1, ?, ?, ?)").run(process.pid, hostname(), now);
    db.exec("BEGIN IMMEDIATE");
  } catch (error) {
    const holder = isBusy(error) ? readHolder(db) : undefined;
    db.close();
    if (!isBusy(error)) throw error;
    throw new Error(
      `The ledger ${file} is in use by ${holder ?? "another process"}. One Drydock at a time may write to it: stop the other one first.`,
    );
  }
  return { release: () => db.close() };
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY");
}

function readHolder(db: Database.Database): string | undefined {
  try {
    const row = db
      .prepare<[], { pid: number; host: string; since: number }>("SELECT pid, host, since FROM holder")
      .get();
    return row && `process ${row.pid} on ${row.host}, since ${new Date(row.since).toISOString()}`;
  } catch {
    // The holder is just writing its row down: who it is will be known in a moment, that there is one is known now.
    return undefined;
  }
}
