import type { LedgerWrite } from "../../model/ledger-port.ts";

/** What a ledger holds of one stream at the moment of writing. */
export interface StreamHead {
  readonly count: number;
  readonly closed: boolean;
}

/** Throws if this cannot be the stream's next events: that is a mistake in the code, never in what people do. */
export function assertFollows({ stream, events }: LedgerWrite, { closed }: StreamHead): void {
  if (stream === "" || stream.length > 512)
    throw new Error(`A stream's name has 1 to 512 characters, not ${stream.length}.`);
  if (closed && events.length > 0) throw new Error(`The stream ${stream} is closed: nothing can be added to it.`);
  const end = events.findIndex((event) => event.closes);
  if (end >= 0 && end < events.length - 1)
    throw new Error(`In ${stream} an event follows the one that closes the stream.`);
}
