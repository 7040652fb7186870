import { setImmediate } from "node:timers/promises";
import type { LedgerEvent, StoredEvent } from "../../model/events.ts";
import { type Ledger, LedgerLost, type LedgerWrite } from "../../model/ledger-port.ts";
import { asUnwritable } from "./as-unwritable.ts";
import { assertFollows } from "./assert-follows.ts";
import { archivedAs, fits, GENESIS, linkOf, type Row, type StoredRow, sealOf } from "./chain.ts";
import type { Database } from "./database.ts";
import { type Hint, hintOf } from "./hint.ts";
import { fileId } from "./ledger-files.ts";
import { toEvent } from "./row.ts";
import { broken } from "./verify.ts";

interface OpenedLedger {
  readonly file: string;
  readonly key: Buffer;
  /** Called with the ledger's last row, at once and after each turn that writes. */
  readonly onEnd?: ((end: Hint) => void) | undefined;
}

type LinkedRow = Row & End;
type Decide = Parameters<Ledger["turn"]>[1];

/** A ledger's end: its last row. */
interface End {
  readonly position: number;
  readonly link: string;
}

const START: End = { position: 0, link: GENESIS };
const NO_LIMIT = -1;
const READ_AT_ONCE = 500;

/** Reads and writes an opened ledger. */
export function ledgerOver(db: Database, { file, key, onEnd }: OpenedLedger): Ledger {
  const opened = fileId(file);
  const head = db.prepare<[], End>("SELECT position, link FROM head");
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

  function endNow(position: number): End {
    if (fileId(file) !== opened) throw new LedgerLost("moved");
    const end = head.get() ?? START;
    const link = linkAt.get(known.position)?.link ?? (known.position === 0 ? GENESIS : undefined);
    if (position > end.position || link !== known.link) throw new LedgerLost();
    return end;
  }

  function rowsOf({ stream: name, events }: LedgerWrite, end: End): readonly LinkedRow[] {
    const last = lastOf.get(name);
    const count = last?.seq ?? 0;
    assertFollows({ stream: name, events }, { count, closed: last !== undefined && closes(key, last) });
    let { link } = end;
    return events.map((event, i) => {
      const row = {
        position: end.position + i + 1,
        stream: name,
        seq: count + i + 1,
        id: event.id,
        json: JSON.stringify(event),
      };
      link = linkOf(key, link, row);
      return { ...row, link };
    });
  }

  const takeTurn = db.transaction((position: number, decide: Decide): readonly LinkedRow[] => {
    let end = endNow(position);
    const written: LinkedRow[] = [];
    for (const write of decide(byPosition.all(position, NO_LIMIT).map(toEvent))) {
      const rows = rowsOf(write, end);
      for (const row of rows) insert.run(row.position, row.stream, row.seq, row.id, row.json, row.link);
      const last = rows.at(-1);
      if (!last) continue;
      written.push(...rows);
      end = last;
    }
    if (written.length > 0) saveHead.run(end.position, end.link, sealOf(key, end.position, end.link));
    return written;
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

  function noteEnd(row: End | undefined): void {
    if (row && row.position > known.position) known = { position: row.position, link: row.link };
  }

  const newest = db.prepare<[], StoredRow>("SELECT * FROM event ORDER BY position DESC LIMIT 1").get();
  if (newest) onEnd?.(hintOf(newest));

  return {
    async turn(position, decide) {
      const written = write(() => takeTurn.immediate(position, decide));
      const last = written.at(-1);
      noteEnd(last);
      if (last) onEnd?.(hintOf(last));
      return written.map(toEvent);
    },
    check: async () => write(() => tryToWrite.immediate()),
    read: async (name) => verified(key, byStream.all(name)),
    async readBelow(prefix) {
      const events: StoredEvent[] = [];
      const end = `${prefix.slice(0, -1)}${String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)}`;
      for (let from = { stream: prefix, seq: 0 }; ; ) {
        const rows = below.all(from.stream, from.seq, end, READ_AT_ONCE);
        events.push(...verified(key, rows));
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

/** A row with the link of the one before it. */
type ReadRow = StoredRow & { readonly previous: string | null };

const WITH_PREVIOUS =
  "SELECT event.*, before.link AS previous FROM event LEFT JOIN event AS before ON before.position = event.position - 1";

/** Rows may be read before the whole chain is verified, so each is verified by itself. Archived ones are left out. */
function verified(key: Buffer, rows: readonly ReadRow[]): readonly StoredEvent[] {
  const edited = rows.find((row) => !fits(key, row.previous ?? GENESIS, row));
  if (edited) throw broken(edited.position);
  return rows.filter(({ pruned }) => pruned === null).map(toEvent);
}

/** Whether the row ends its stream. */
function closes(key: Buffer, row: StoredRow): boolean {
  if (row.pruned !== null) return archivedAs(key, row) === "stream";
  return (JSON.parse(row.json) as LedgerEvent).closes === true;
}
