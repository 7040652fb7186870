import { LedgerConflict, type LedgerWrite } from "../../app/ports.ts";
import type { LedgerEvent } from "../../domain/events.ts";

/** What a ledger holds of one stream at the moment of writing. */
export interface StreamHead {
  readonly count: number;
  readonly closed: boolean;
}

export interface Lookup {
  readonly head: (stream: string) => StreamHead;
  /** The stored JSON at this place of the stream. */
  readonly at: (stream: string, seq: number) => string | undefined;
}

/** What is new in a write; nothing where the very same events are there already (a lost reply is no conflict with oneself). */
export function acceptWrite(write: LedgerWrite, lookup: Lookup): readonly LedgerEvent[] {
  const { stream, after, events } = write;
  if (stream === "" || stream.length > 512)
    throw new Error(`A stream's name has 1 to 512 characters, not ${stream.length}.`);
  const { count, closed } = lookup.head(stream);
  if (count === after) {
    if (closed && events.length > 0) throw new Error(`The stream ${stream} is closed: nothing can be added to it.`);
    const end = events.findIndex((event) => event.closes);
    if (end >= 0 && end < events.length - 1)
      throw new Error(`In ${stream} an event follows the one that closes the stream.`);
    return events;
  }
  const same =
    count >= after + events.length &&
    events.every((event, i) => lookup.at(stream, after + i + 1) === JSON.stringify(event));
  if (!same || events.length === 0) throw new LedgerConflict(stream, after, count);
  return [];
}
