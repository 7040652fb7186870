import type { LedgerEvent, StoredEvent } from "../../src/model/events.ts";
import type { Ledger, LedgerWrite } from "../../src/model/ledger-port.ts";

/** Writes whatever the ledger holds by now. */
export function append(ledger: Ledger, stream: string, ...events: readonly LedgerEvent[]) {
  return appendAll(ledger, { stream, events });
}

export function appendAll(ledger: Ledger, ...writes: readonly LedgerWrite[]): Promise<readonly StoredEvent[]> {
  return ledger.turn(0, () => writes);
}
