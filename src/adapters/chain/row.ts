import type { LedgerEvent, StoredEvent } from "../../model/events.ts";
import { upcast } from "../../model/upcast.ts";
import type { Row } from "./chain.ts";

/** A row's event, as this version knows it. */
export function toEvent({ json, stream, seq, position }: Omit<Row, "id">): StoredEvent {
  return upcast({ ...(JSON.parse(json) as LedgerEvent), stream, seq, position });
}
