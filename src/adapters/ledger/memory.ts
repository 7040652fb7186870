import type { Ledger } from "../../app/ports.ts";
import type { LedgerEvent, StoredEvent } from "../../domain/events.ts";
import { acceptWrite } from "./accept.ts";

/** The ledger for tests and trials: the same contract as on disk, gone with the process. */
export function openMemoryLedger(): Ledger {
  const all: StoredEvent[] = [];
  const streams = new Map<string, StoredEvent[]>();
  const ids = new Set<string>();
  let aliveAt = 0;

  function lookup(staged: Map<string, LedgerEvent[]>) {
    const events = (stream: string): readonly LedgerEvent[] => [
      ...(streams.get(stream) ?? []),
      ...(staged.get(stream) ?? []),
    ];
    return {
      head: (stream: string) => ({ count: events(stream).length, closed: events(stream).at(-1)?.closes === true }),
      at: (stream: string, seq: number) => {
        const event = events(stream)[seq - 1];
        return event && JSON.stringify(bare(event));
      },
    };
  }

  return {
    async append(writes) {
      const staged = new Map<string, LedgerEvent[]>();
      for (const write of writes) {
        const fresh = acceptWrite(write, lookup(staged));
        for (const event of fresh) {
          if (ids.has(event.id) || [...staged.values()].flat().some((other) => other.id === event.id)) {
            throw new Error(`The event ${event.id} is in the ledger already, at another place.`);
          }
          staged.set(write.stream, [...(staged.get(write.stream) ?? []), event]);
        }
      }
      for (const [stream, events] of staged) {
        const stored = streams.get(stream) ?? [];
        streams.set(stream, stored);
        for (const event of events) {
          const copy = JSON.parse(JSON.stringify(event)) as LedgerEvent;
          const row: StoredEvent = { ...copy, stream, seq: stored.length + 1, position: all.length + 1 };
          stored.push(row);
          all.push(row);
          ids.add(event.id);
        }
      }
    },
    check: async () => {},
    read: async (stream) => [...(streams.get(stream) ?? [])],
    since: async (position, limit) => all.slice(position, position + limit),
    open: async () => [...streams].filter(([, events]) => !events.at(-1)?.closes).map(([stream]) => stream),
    async alive(now) {
      aliveAt = now;
    },
    aliveAt: async () => aliveAt,
    close: async () => {},
  };
}

function bare(event: LedgerEvent): LedgerEvent {
  const { stream: _stream, seq: _seq, position: _position, ...rest } = event as StoredEvent;
  return rest as LedgerEvent;
}
