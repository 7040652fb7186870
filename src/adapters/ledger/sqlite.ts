import Database from "better-sqlite3";
import type { Ledger, LedgerWrite } from "../../app/ports.ts";
import type { LedgerEvent, StoredEvent } from "../../domain/events.ts";
import { acceptWrite } from "./accept.ts";
import { GENESIS, linkOf, type Row, sealOf } from "./chain.ts";
import { lockLedger } from "./lock.ts";
import { migrate } from "./migrations.ts";

export interface SqliteSettings {
  readonly file: string;
  readonly key: Buffer;
  /** Milliseconds since 1970, for the lock's "since when". */
  readonly now: number;
}

/**
 * The ledger in one SQLite file. Opening takes the instance lock, migrates, and walks the whole chain; it throws a sentence for
 * people where another process has the file or a row was edited, removed or moved.
 */
export function openSqliteLedger({ file, key, now }: SqliteSettings): Ledger {
  const lock = lockLedger(file, now);
  let db: Database.Database | undefined;
  try {
    db = new Database(file);
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = FULL");
    migrate(db);
    verifyChain(db, key);
    return ledgerOver(db, key, lock);
  } catch (error) {
    db?.close();
    lock.release();
    throw error;
  }
}

function ledgerOver(db: Database.Database, key: Buffer, lock: { release(): void }): Ledger {
  const head = db.prepare<[], { position: number; link: string }>("SELECT position, link FROM head");
  const stream = db.prepare<[string], { count: number; closed: number }>(
    "SELECT count, closed FROM stream WHERE name = ?",
  );
  const jsonAt = db.prepare<[string, number], { json: string }>("SELECT json FROM event WHERE stream = ? AND seq = ?");
  const insert = db.prepare("INSERT INTO event (position, stream, seq, id, json, link) VALUES (?, ?, ?, ?, ?, ?)");
  const saveStream = db.prepare("INSERT OR REPLACE INTO stream (name, count, closed) VALUES (?, ?, ?)");
  const saveHead = db.prepare("INSERT OR REPLACE INTO head (one, position, link, seal) VALUES (1, ?, ?, ?)");
  const byStream = db.prepare<[string], Row>("SELECT * FROM event WHERE stream = ? ORDER BY seq");
  const byPosition = db.prepare<[number, number], Row>(
    "SELECT * FROM event WHERE position > ? ORDER BY position LIMIT ?",
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

  return {
    append: async (writes) => append.immediate(writes),
    read: async (name) => byStream.all(name).map(toEvent),
    since: async (position, limit) => byPosition.all(position, limit).map(toEvent),
    open: async () => openStreams.all().map((row) => row.name),
    async close() {
      db.close();
      lock.release();
    },
  };
}

function toEvent({ json, stream, seq, position }: Row): StoredEvent {
  return { ...(JSON.parse(json) as LedgerEvent), stream, seq, position };
}

function verifyChain(db: Database.Database, key: Buffer): void {
  let link = GENESIS;
  let last = 0;
  const counts = new Map<string, number>();
  for (const row of db.prepare<[], Row & { link: string }>("SELECT * FROM event ORDER BY position").iterate()) {
    const seq = (counts.get(row.stream) ?? 0) + 1;
    link = linkOf(key, link, row);
    if (row.position !== last + 1 || row.seq !== seq || link !== row.link) throw broken(row.position);
    counts.set(row.stream, seq);
    last = row.position;
  }
  const head = db
    .prepare<[], { position: number; link: string; seal: string }>("SELECT position, link, seal FROM head")
    .get();
  const sealed = head
    ? head.position === last && head.link === link && head.seal === sealOf(key, last, link)
    : last === 0;
  if (!sealed) throw broken(last + 1);
}

function broken(position: number): Error {
  return new Error(
    `The ledger's chain is broken at position ${position}: a row was edited, removed or moved, or the key is not the one it was written with. ` +
      "Nothing was started. Check DRYDOCK_LEDGER_KEY (or the key file) first, then restore the ledger from a backup.",
  );
}
