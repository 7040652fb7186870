import { statSync, utimesSync } from "node:fs";
import { hostname } from "node:os";
import { OperatorError } from "../../core/ports.ts";
import type { Presence } from "../../model/ledger-port.ts";
import { type Database, openDatabase } from "./database.ts";
import { assertOneName, ownFile, realLedger } from "./ledger-files.ts";
import { assertFolder } from "./ledger-folder.ts";
import { sqliteFault } from "./sqlite-fault.ts";

export interface Lock extends Presence {
  release(): void;
}

/**
 * Keeps a second process away from a ledger, by whatever path it reaches it; throws OperatorError if another one has it. The right is an open write transaction on a
 * small database beside it: the operating system ends it with the process, also after kill -9, so no stale lock can be left. The file's
 * time of change is when a holder was last alive.
 */
export function lockLedger(file: string, now: number): Lock {
  assertFolder(file);
  assertOneName(file);
  const path = `${realLedger(file)}.lock`;
  const before = changedAt(path);
  const db = openHeld(file, path, now);
  // Taking the lock is no sign of life: what took it may fail before it looks after anything.
  setChangedAt(path, before);
  return {
    alive: async (now) => setChangedAt(path, now),
    aliveAt: async () => changedAt(path) || undefined,
    release: () => db.close(),
  };
}

function openHeld(file: string, path: string, now: number): Database {
  let db: Database | undefined;
  try {
    ownFile(path);
    db = openDatabase(path, { timeout: 0 });
    db.exec(
      "CREATE TABLE IF NOT EXISTS holder (one INTEGER PRIMARY KEY CHECK (one = 1), pid INTEGER, host TEXT, since INTEGER)",
    );
    db.prepare("INSERT OR REPLACE INTO holder VALUES (1, ?, ?, ?)").run(process.pid, hostname(), now);
    db.exec("BEGIN IMMEDIATE");
    return db;
  } catch (error) {
    const holder = db && isBusy(error) ? readHolder(db) : undefined;
    db?.close();
    if (!isBusy(error)) throw sqliteFault(path, error);
    throw new OperatorError(
      `The ledger ${file} is in use by ${holder ?? "another process"}. One Drydock at a time may write to it: stop the other one first.`,
    );
  }
}

function changedAt(path: string): number {
  return Math.round(statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
}

function setChangedAt(path: string, ms: number): void {
  try {
    utimesSync(path, ms / 1_000, ms / 1_000);
  } catch {
    // Only how long Drydock was away is known less well then.
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY");
}

function readHolder(db: Database): string | undefined {
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
