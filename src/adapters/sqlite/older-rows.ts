import { setImmediate } from "node:timers/promises";
import type { OlderRows } from "../../model/ledger-port.ts";
import { fits, GENESIS, type RowAt, type StoredRow } from "../chain/chain.ts";
import { broken, createWalk } from "../chain/walk.ts";
import type { Database } from "./database.ts";
import { sqliteFault } from "./sqlite-fault.ts";

/** Rows between two turns of the event loop: a few milliseconds. */
const ROWS_AT_ONCE = 200;

/** The rows up to `end`, which is known to be right. */
export function createOlderRows(
  db: Database,
  {
    file,
    key,
    end,
    checkAside,
    onFault,
  }: {
    readonly file: string;
    readonly key: Buffer;
    readonly end: RowAt;
    readonly checkAside: (file: string, signal: AbortSignal) => Promise<void>;
    /** A row, page or index is wrong. */
    readonly onFault: () => void;
  },
): OlderRows & { stop(): Promise<void> } {
  const older = db.prepare<[number, number, number], StoredRow>(
    "SELECT * FROM event WHERE position > ? AND position <= ? ORDER BY position LIMIT ?",
  );
  const ofStream = db.prepare<[string, number, number], StoredRow & { readonly previous: string | null }>(
    `SELECT event.*, before.link AS previous FROM event LEFT JOIN event AS before ON before.position = event.position - 1
     WHERE event.stream = ? AND event.seq > ? ORDER BY event.seq LIMIT ?`,
  );
  const stopping = new AbortController();
  const { signal } = stopping;
  let aside = Promise.resolve();

  /** Every row is proven by itself: its link is made over it and the link before. */
  async function verifyStream(stream: string, count: number): Promise<void> {
    let seq = 0;
    while (!signal.aborted) {
      const rows = ofStream.all(stream, seq, ROWS_AT_ONCE);
      for (const row of rows) {
        seq += 1;
        if (row.seq !== seq || row.stream !== stream || !fits(key, row.previous ?? GENESIS, row))
          throw broken(row.position);
      }
      if (rows.length < ROWS_AT_ONCE) break;
      await setImmediate();
    }
    if (!signal.aborted && seq < count) throw broken(end.position);
  }

  async function verifyChain(): Promise<void> {
    const walk = createWalk(key);
    for (let from = Number.MIN_SAFE_INTEGER; !signal.aborted; ) {
      const rows = older.all(from, end.position, ROWS_AT_ONCE);
      for (const row of rows) walk.next(row);
      const last = rows.at(-1);
      if (!last) break;
      from = last.position;
      await setImmediate();
    }
    const { position, link } = walk.end();
    if (!signal.aborted && (position !== end.position || link !== end.link)) throw broken((position ?? 0) + 1);
  }

  /** If this process stops meanwhile, nothing is found any more. */
  async function find(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (signal.aborted) return;
      onFault();
      throw sqliteFault(file, error);
    }
  }

  return {
    verify: (streams) =>
      find(async () => {
        let walked = 0;
        for (const [stream, count] of streams) {
          await verifyStream(stream, count);
          walked += count;
          if (walked < ROWS_AT_ONCE) continue;
          walked = 0;
          await setImmediate();
        }
      }),
    verifyAll: () =>
      find(async () => {
        aside = checkAside(file, signal);
        await Promise.all([verifyChain(), aside]);
      }),
    async stop() {
      stopping.abort();
      // Whatever the check says now, verifyAll() has it.
      await aside.catch(() => {});
    },
  };
}
