import { rmSync } from "node:fs";
import type { Clock, Log } from "../../core/ports.ts";
import type { Published, Statuses } from "../../core/statuses.ts";
import { type Database, openDatabase } from "./database.ts";
import { ownFile, shutOut } from "./ledger-files.ts";
import { sqliteFault } from "./sqlite-fault.ts";

interface Row {
  readonly at: number;
  readonly json: string;
}

interface Kept<Status> extends Row {
  readonly status: Status;
  /** Since when (monotonic) it has been published. */
  readonly since: number;
  /** Whether the table has it. */
  readonly written: boolean;
}

/**
 * Statuses for every connection to one file beside the ledger. The file holds nothing worth keeping, so nothing waits for the disk;
 * what cannot be written is still known to the process that published it. Throws OperatorError.
 */
export function openSqliteStatuses<Status extends Published>(
  file: string,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Statuses<Status> & { close(): void } {
  const db = opened(file);
  const read = db.prepare<[string], Row>("SELECT at, json FROM server_status WHERE server = ?");
  const write = db.prepare("INSERT OR REPLACE INTO server_status (server, at, json) VALUES (?, ?, ?)");
  const own = new Map<string, Kept<Status>>();
  const others = new Map<string, Kept<Status>>();
  const listeners = new Set<() => void>();
  let failing = false;

  /** What `work` returns; undefined if the file does not let it. The log says so once. */
  function attempt<T>(work: () => T): T | undefined {
    try {
      const done = work();
      failing = false;
      return done;
    } catch (error) {
      if (!failing) log.warn({ error }, "Drydock could not exchange the servers' statuses. It tries again");
      failing = true;
      return undefined;
    }
  }

  /** How old another process's status was when it was first seen only the wall clock tells. */
  function ofOthers(server: string, row: Row): Kept<Status> {
    const known = others.get(server);
    if (known?.at === row.at && known.json === row.json) return known;
    const age = Math.max(0, clock.now() - row.at);
    const status = JSON.parse(row.json) as Status;
    const seen = { ...row, status, since: clock.monotonic() - age, written: true };
    others.set(server, seen);
    return seen;
  }

  function newest(server: string): Kept<Status> | undefined {
    const mine = own.get(server);
    if (mine && !mine.written) return mine;
    return attempt(() => {
      const row = read.get(server);
      return !row || (mine?.at === row.at && mine.json === row.json) ? mine : ofOthers(server, row);
    });
  }

  return {
    publish(status) {
      const { server, at } = status;
      const json = JSON.stringify(status);
      const written = attempt(() => write.run(server, at, json)) !== undefined;
      own.set(server, { at, json, status, since: clock.monotonic(), written });
      for (const listener of listeners) listener();
    },
    of(server) {
      const known = newest(server);
      return known && { status: known.status, age: clock.monotonic() - known.since };
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => db.close(),
  };
}

function opened(file: string): Database {
  try {
    return prepared(file);
  } catch (error) {
    if (!isDamage(error)) throw sqliteFault(file, error);
  }
  // Nothing waits for the disk, so a power failure may damage it. It holds nothing worth keeping.
  for (const end of ["", "-wal", "-shm"]) rmSync(file + end, { force: true });
  try {
    return prepared(file);
  } catch (error) {
    throw sqliteFault(file, error);
  }
}

function prepared(file: string): Database {
  ownFile(file);
  // From a time when others could read them.
  for (const beside of ["-wal", "-shm"]) shutOut(`${file}${beside}`);
  const db = openDatabase(file);
  try {
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
    db.exec(
      "CREATE TABLE IF NOT EXISTS server_status (server TEXT PRIMARY KEY, at INTEGER NOT NULL, json TEXT NOT NULL) WITHOUT ROWID",
    );
    db.prepare("SELECT * FROM server_status").all();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function isDamage(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB";
}
