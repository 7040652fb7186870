import { setImmediate } from "node:timers/promises";
import type { StoredEvent } from "../../model/events.ts";
import { type Ledger, LedgerLost } from "../../model/ledger-port.ts";
import { GENESIS, type RowAt, type StoredRow, sealOf } from "../chain/chain.ts";
import { headAfter, type LinkedRow, linkRows } from "../chain/link-rows.ts";
import { endOfPrefix, type ReadRow, verifiedEvents } from "../chain/read-rows.ts";
import { asWritten, toEvent } from "../chain/row.ts";
import { asUnwritable } from "./as-unwritable.ts";
import type { Database } from "./database.ts";
import { type Hint, hintOf } from "./hint.ts";
import { fileId } from "./ledger-files.ts";

interface OpenedLedger {
  readonly file: string;
  readonly key: Buffer;
  /** Called with the ledger's last row, at once and after each turn that writes. */
  readonly onEnd?: ((end: Hint) => void) | undefined;
  /** What the ledger lacks is accepted only with the turn that records so: `onEnd` is not called at once. */
  readonly accepted?: boolean | undefined;
}

type Decide = Parameters<Ledger["turn"]>[1];

const START: RowAt = { position: 0, link: GENESIS };
const NO_LIMIT = -1;
const READ_AT_ONCE = 500;

/** Reads and writes an opened ledger. */
export function ledgerOver(db: Database, { file, key, onEnd, accepted }: OpenedLedger): Ledger {
  const opened = fileId(file);
  const head = db.prepare<[], RowAt>("SELECT position, link FROM head");
  const linkAt = db.prepare<[number], { link: string }>("SELECT link FROM event WHERE position = ?");
  const lastOf = db.prepare<[string], StoredRow>("SELECT * FROM event WHERE stream = ? ORDER BY seq DESC LIMIT 1");
  const insert = db.prepare("INSERT INTO event (position, stream, seq, id, json, link) VALUES (?, ?, ?, ?, ?, ?)");
  const saveHead = db.prepare("INSERT OR REPLACE INTO head (one, position, link, seal) VALUES (1, ?, ?, ?)");
  const byStream = db.prepare<[string], ReadRow>(`${WITH_PREVIOUS} WHERE event.stream = ? ORDER BY event.seq`);
  const below = db.prepare<[string, number, string, number], ReadRow>(
    `${WITH_PREVIOUS} WHERE (event.stream, event.seq) > (?, ?) AND event.stream < ? ORDER BY event.stream, event.seq LIMIT ?`,
  );
  const byPosition = db.prepare<[number, number], StoredRow>(
    "SELECT * FROM event WHERE position > ? AND pruned IS NULL ORDER BY position LIMIT ?",
  );
  /** The newest row that this process has read or written: the ledger may grow beyond it, and never lack it. */
  let known = head.get() ?? START;

  function endNow(position: number): RowAt {
    if (fileId(file) !== opened) throw new LedgerLost("moved");
    const end = head.get() ?? START;
    const link = linkAt.get(known.position)?.link ?? (known.position === 0 ? GENESIS : undefined);
    if (position > end.position || link !== known.link) throw new LedgerLost();
    return end;
  }

  const takeTurn = db.transaction((position: number, decide: Decide): readonly LinkedRow[] => {
    const end = endNow(position);
    const writes = decide(byPosition.all(position, NO_LIMIT).map(toEvent));
    const rows = linkRows(key, end, writes, (stream) => headAfter(key, lastOf.get(stream)));
    for (const row of rows) insert.run(row.position, row.stream, row.seq, row.id, row.json, row.link);
    const last = rows.at(-1);
    if (last) saveHead.run(last.position, last.link, sealOf(key, last.position, last.link));
    return rows;
  });

  /** Needs as much room as some events do, and leaves nothing behind. */
  const tryToWrite = db.transaction(() => {
    endNow(0);
    db.exec("CREATE TABLE room (filler); INSERT INTO room VALUES (zeroblob(8192)); DROP TABLE room");
  });

  /** What SQLite means by its refusal is said as LedgerUnwritable. */
  function write<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw asUnwritable(error);
    }
  }

  function noteEnd(row: RowAt | undefined): void {
    if (row && row.position > known.position) known = { position: row.position, link: row.link };
  }

  const newest = db.prepare<[], StoredRow>("SELECT * FROM event ORDER BY position DESC LIMIT 1").get();
  if (newest && !accepted) onEnd?.(hintOf(newest));

  return {
    async turn(position, decide) {
      const written = write(() => takeTurn.immediate(position, decide));
      const last = written.at(-1);
      noteEnd(last);
      if (last) onEnd?.(hintOf(last));
      return written.map(asWritten);
    },
    check: async () => write(() => tryToWrite.immediate()),
    read: async (name) => verifiedEvents(key, byStream.all(name)),
    async readBelow(prefix) {
      const events: StoredEvent[] = [];
      const end = endOfPrefix(prefix);
      for (let from = { stream: prefix, seq: 0 }; ; ) {
        const rows = below.all(from.stream, from.seq, end, READ_AT_ONCE);
        events.push(...verifiedEvents(key, rows));
        const last = rows.at(-1);
        if (!last || rows.length < READ_AT_ONCE) return events;
        from = last;
        // A large rollout keeps nothing else waiting.
        await setImmediate();
      }
    },
    async since(position, limit) {
      const rows = byPosition.all(position, limit);
      noteEnd(rows.at(-1));
      return rows.map(toEvent);
    },
    close: async () => void db.close(),
  };
}

const WITH_PREVIOUS =
  "SELECT event.*, before.link AS previous FROM event LEFT JOIN event AS before ON before.position = event.position - 1";
