import type { LedgerEvent } from "../../model/events.ts";
import type { LedgerWrite } from "../../model/ledger-port.ts";
import { assertFollows, type StreamHead } from "./assert-follows.ts";
import { archivedAs, linkOf, type Row, type RowAt, type StoredRow } from "./chain.ts";

export type LinkedRow = Row & RowAt;

/** A turn's rows as they follow the ledger's end. Throws if a stream cannot take them. @param headOf what the ledger holds of a stream. */
export function linkRows(
  key: Buffer,
  end: RowAt,
  writes: readonly LedgerWrite[],
  headOf: (stream: string) => StreamHead,
): readonly LinkedRow[] {
  const rows: LinkedRow[] = [];
  const heads = new Map<string, StreamHead>();
  let { position, link } = end;
  for (const write of writes) {
    const { stream, events } = write;
    const head = heads.get(stream) ?? headOf(stream);
    assertFollows(write, head);
    events.forEach((event, i) => {
      position += 1;
      const row = { position, stream, seq: head.count + i + 1, id: event.id, json: JSON.stringify(event) };
      link = linkOf(key, link, row);
      rows.push({ ...row, link });
    });
    const closed = head.closed || events.at(-1)?.closes === true;
    heads.set(stream, { count: head.count + events.length, closed });
  }
  return rows;
}

/** What a stream's last row says about it; undefined = it has none. */
export function headAfter(key: Buffer, last: StoredRow | undefined): StreamHead {
  return { count: last?.seq ?? 0, closed: last !== undefined && closes(key, last) };
}

/** Whether the row ends its stream. */
function closes(key: Buffer, row: StoredRow): boolean {
  if (row.pruned !== null) return archivedAs(key, row) === "stream";
  return (JSON.parse(row.json) as LedgerEvent).closes === true;
}
