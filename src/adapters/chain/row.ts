import type { LedgerEvent, StoredEvent } from "../../model/events.ts";
import { upcast } from "../../model/upcast.ts";
import type { Row } from "./chain.ts";

/** A row's event, as this version knows it. */
export function toEvent(row: Omit<Row, "id">): StoredEvent {
  return upcast(asWritten(row));
}

/** The event of a row that this version wrote itself. */
export function asWritten({ json, stream, seq, position }: Omit<Row, "id">): StoredEvent {
  return { ...(JSON.parse(json) as LedgerEvent), stream, seq, position };
}
