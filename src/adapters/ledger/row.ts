import type { LedgerEvent, StoredEvent } from "../../domain/events.ts";
import type { Row } from "./chain.ts";

export function toEvent({ json, stream, seq, position }: Row): StoredEvent {
  return { ...(JSON.parse(json) as LedgerEvent), stream, seq, position };
}
