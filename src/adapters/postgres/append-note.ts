import type { LedgerEvent } from "../../model/events.ts";
import { LEDGER_STREAM } from "../../model/ledger-events.ts";
import { type RowAt, type StoredRow, sealOf } from "../chain/chain.ts";
import { headAfter, linkRows } from "../chain/link-rows.ts";
import type { Session } from "./open-postgres.ts";

/** Records in the ledger what is done to it as a whole, inside the transaction that does it. @param end the ledger's last row. */
export async function appendNote(session: Session, key: Buffer, end: RowAt, note: LedgerEvent): Promise<void> {
  const [last] = await session.rows<StoredRow>("SELECT * FROM event WHERE stream = $1 ORDER BY seq DESC LIMIT 1", [
    LEDGER_STREAM,
  ]);
  for (const row of linkRows(key, end, [{ stream: LEDGER_STREAM, events: [note] }], () => headAfter(key, last))) {
    const { position, stream, seq, id, json, link } = row;
    await session.rows("INSERT INTO event (position, stream, seq, id, json, link) VALUES ($1, $2, $3, $4, $5, $6)", [
      ...[position, stream, seq, id, json, link],
    ]);
    await session.rows("UPDATE head SET position = $1, link = $2, seal = $3", [
      ...[position, link, sealOf(key, position, link)],
    ]);
  }
}
