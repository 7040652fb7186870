import { existsSync, statSync, utimesSync } from "node:fs";
import { hostname } from "node:os";
import { OperatorError } from "../../core/ports.ts";
import type { Presence } from "../../model/ledger-port.ts";
import { assertFolder } from "./assert-folder.ts";
import { type Database, openDatabase } from "./database.ts";
import { assertOneName, ownFile, realLedger } from "./ledger-files.ts";
import { sqliteFault } from "./sqlite-fault.ts";

export interface Lock extends Presence {
  release(): void;
}

/** In ms: longer than another program has the lock only to see whether it is free. */
const MAX_GLANCE = 200;

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

/** The process that has a ledger. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** In ms since 1970. */
  readonly since: number;
}

/** Which process has the lock now; null if none has, undefined if it has not yet said which. */
export function ledgerHolder(file: string): Holder | undefined | null {
  const path = `${realLedger(file)}.lock`;
  if (!existsSync(path)) return null;
  const db = openDatabase(path, { timeout: 0 });
  try {
    // Had for an instant: a start at the same time waits that long.
    db.exec("BEGIN IMMEDIATE; ROLLBACK");
    return null;
  } catch (error) {
    if (!isBusy(error)) throw sqliteFault(path, error);
    return readHolder(db);
  } finally {
    db.close();
  }
}

function openHeld(file: string, path: string, now: number): Database {
  let db: Database | undefined;
  try {
    ownFile(path);
    db = openDatabase(path, { timeout: MAX_GLANCE });
    db.exec(
      "CREATE TABLE IF NOT EXISTS holder (one INTEGER PRIMARY KEY CHECK (one = 1), pid INTEGER, host TEXT, since INTEGER)",
    );
    db.prepare("INSERT OR REPLACE INTO holder VALUES (1, ?, ?, ?)").run(process.pid, hostname(), now);
    db.exec("BEGIN IMMEDIATE");
    return db;
  } catch (error) {
    const holder = db && isBusy(error) ? holderWords(readHolder(db)) : undefined;
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

function holderWords(holder: Holder | undefined): string | undefined {
  return holder && `process ${holder.pid} on ${holder.host}, since ${new Date(holder.since).toISOString()}`;
}

function readHolder(db: Database): Holder | undefined {
  try {
    return db.prepare<[], Holder>("SELECT pid, host, since FROM holder").get();
  } catch {
    // The holder is just writing its row down: who it is will be known in a moment, that there is one is known now.
    return undefined;
  }
}
