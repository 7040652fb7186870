import type { Ledger, LedgerWrite, Log } from "../../app/ports.ts";
import { type Database, openDatabase } from "../database.ts";
import { sqliteFault } from "../sqlite-fault.ts";
import { acceptWrite } from "./accept.ts";
import { asUnwritable } from "./as-unwritable.ts";
import { GENESIS, linkOf, type Row, sealOf } from "./chain.ts";
import { recordKey } from "./key-fingerprint.ts";
import { type Lock, lockLedger } from "./lock.ts";
import { migrate } from "./migrations.ts";
import { toEvent } from "./row.ts";
import { verifyLedger } from "./verify.ts";

export interface SqliteSettings {
  readonly file: string;
  readonly key: Buffer;
  /** Milliseconds since 1970, for the lock's "since when". */
  readonly now: number;
  readonly log?: Log;
  /** The file may have so many pages of 4 KiB, as if the disk were full then: for tests, which cannot fill a disk. */
  readonly maxPages?: number;
}

/**
 * The ledger in one SQLite file. Opening takes the instance lock, migrates, checks the file and walks the whole chain; it throws OperatorError
 * if another process has the file, the key is another one, or a row was edited, removed or moved.
 */
export function openSqliteLedger({ file, key, now, log, maxPages }: SqliteSettings): Ledger {
  let lock: Lock | undefined;
  let db: Database | undefined;
  try {
    lock = lockLedger(file, now);
    db = openDatabase(file);
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    migrate(db);
    verifyLedger(db, key, file);
    if (recordKey(db, key) === "corrected")
      log?.warn(
        { file },
        "the ledger's record of its key's fingerprint had been changed: the chain proves this key, so it is recorded again",
      );
    if (maxPages !== undefined) db.exec(`PRAGMA max_page_count = ${maxPages}`);
    return ledgerOver(db, key, lock);
  } catch (error) {
    db?.close();
    lock?.release();
    throw sqliteFault(file, error);
  }
}

function ledgerOver(db: Database, key: Buffer, lock: Lock): Ledger {
  const head = db.prepare<[], { position: number; link: string }>("SELECT position, link FROM head");
  const stream = db.prepare<[string], { count: number; closed: number }>(
    "SELECT count, closed FROM stream WHERE name = ?",
  );
  const jsonAt = db.prepare<[string, number], { json: string }>("SELECT json FROM event WHERE stream = ? AND seq = ?");
  const insert = db.prepare("INSERT INTO event (position, stream, seq, id, json, link) VALUES (?, ?, ?, ?, ?, ?)");
  const saveStream = db.prepare("INSERT OR REPLACE INTO stream (name, count, closed) VALUES (?, ?, ?)");
  const saveHead = db.prepare("INSERT OR REPLACE INTO head (one, position, link, seal) VALUES (1, ?, ?, ?)");
  const byStream = db.prepare<[string], Row>("SELECT * FROM event WHERE stream = ? AND pruned IS NULL ORDER BY seq");
  const byPosition = db.prepare<[number, number], Row>(
    "SELECT * FROM event WHERE position > ? AND pruned IS NULL ORDER BY position LIMIT ?",
  );
  const openStreams = db.prepare<[], { name: string }>("SELECT name FROM stream WHERE closed = 0 ORDER BY name");
  const lookup = {
    head: (name: string) => {
      const row = stream.get(name);
      return { count: row?.count ?? 0, closed: row?.closed === 1 };
    },
    at: (name: string, seq: number) => jsonAt.get(name, seq)?.json,
  };

  const append = db.transaction((writes: readonly LedgerWrite[]) => {
    const start = head.get();
    let position = start?.position ?? 0;
    let link = start?.link ?? GENESIS;
    for (const write of writes) {
      const events = acceptWrite(write, lookup);
      events.forEach((event, i) => {
        position += 1;
        const row: Row = {
          position,
          stream: write.stream,
          seq: write.after + i + 1,
          id: event.id,
          json: JSON.stringify(event),
        };
        link = linkOf(key, link, row);
        insert.run(row.position, row.stream, row.seq, row.id, row.json, link);
      });
      if (events.length > 0) saveStream.run(write.stream, write.after + events.length, events.at(-1)?.closes ? 1 : 0);
    }
    if (position !== (start?.position ?? 0)) saveHead.run(position, link, sealOf(key, position, link));
  });

  /** Needs as much room as some events do, and leaves nothing behind. */
  const tryToWrite = db.transaction(() =>
    db.exec("CREATE TABLE room (filler); INSERT INTO room VALUES (zeroblob(8192)); DROP TABLE room"),
  );

  function write(work: () => unknown): void {
    try {
      work();
    } catch (error) {
      throw asUnwritable(error);
    }
  }

  return {
    append: async (writes) => write(() => append.immediate(writes)),
    check: async () => write(() => tryToWrite.immediate()),
    read: async (name) => byStream.all(name).map(toEvent),
    since: async (position, limit) => byPosition.all(position, limit).map(toEvent),
    open: async () => openStreams.all().map((row) => row.name),
    alive: async (now) => lock.alive(now),
    aliveAt: async () => lock.aliveAt(),
    async close() {
      db.close();
      lock.release();
    },
  };
}
