import type { StoredEvent } from "../../model/events.ts";
import { type Ledger, LedgerLost, type LedgerWrite } from "../../model/ledger-port.ts";
import { upcast } from "../../model/upcast.ts";
import { assertFollows, type StreamHead } from "../chain/assert-follows.ts";
import { asWritten } from "../chain/row.ts";

/** The ledger for tests and trials: the same contract as on disk, gone with the process. */
export function openMemoryLedger(): Ledger {
  const all: StoredEvent[] = [];
  const streams = new Map<string, StreamHead>();
  const ids = new Set<string>();

  /** Changes nothing: a turn is written whole or not at all. */
  function rowsOf(writes: readonly LedgerWrite[]): readonly StoredEvent[] {
    const rows: StoredEvent[] = [];
    const heads = new Map<string, StreamHead>();
    const fresh = new Set<string>();
    for (const write of writes) {
      const { stream, events } = write;
      const head = heads.get(stream) ?? streams.get(stream) ?? { count: 0, closed: false };
      assertFollows(write, head);
      events.forEach((event, i) => {
        if (ids.has(event.id) || fresh.has(event.id))
          throw new Error(`The event ${event.id} is in the ledger already, at another place.`);
        fresh.add(event.id);
        const place = { stream, seq: head.count + i + 1, position: all.length + rows.length + 1 };
        rows.push(asWritten({ ...place, json: JSON.stringify(event) }));
      });
      heads.set(stream, { count: head.count + events.length, closed: events.at(-1)?.closes === true });
    }
    return rows;
  }

  return {
    async turn(position, decide) {
      if (position > all.length) throw new LedgerLost();
      const rows = rowsOf(decide(all.slice(position)));
      for (const row of rows) {
        all.push(upcast(row));
        ids.add(row.id);
        streams.set(row.stream, { count: row.seq, closed: row.closes === true });
      }
      return rows;
    },
    check: async () => {},
    read: async (stream) => all.filter((event) => event.stream === stream),
    readBelow: async (prefix) => all.filter(({ stream }) => stream.startsWith(prefix)),
    since: async (position, limit) => all.slice(position, position + limit),
    close: async () => {},
  };
}
