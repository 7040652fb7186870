import type { LedgerEvent } from "../../model/events.ts";
import { LEDGER_STREAM } from "../../model/ledger-events.ts";
import { type RowAt, type StoredRow, sealOf } from "../chain/chain.ts";
import { headAfter, type LinkedRow, linkRows } from "../chain/link-rows.ts";
import type { Database } from "./database.ts";

/** Records in the ledger what is done to it as a whole, inside the transaction that does it. @param end the ledger's last row. */
export function appendNote(db: Database, key: Buffer, end: RowAt, note: LedgerEvent): LinkedRow {
  const last = db
    .prepare<[string], StoredRow>("SELECT * FROM event WHERE stream = ? ORDER BY seq DESC LIMIT 1")
    .get(LEDGER_STREAM);
  const [row] = linkRows(key, end, [{ stream: LEDGER_STREAM, events: [note] }], () => headAfter(key, last));
  if (!row) throw new Error("The note was not linked.");
  const { position, stream, seq, id, json, link } = row;
  db.prepare("INSERT INTO event (position, stream, seq, id, json, link) VALUES (?, ?, ?, ?, ?, ?)").run(
    ...[position, stream, seq, id, json, link],
  );
  db.prepare("INSERT OR REPLACE INTO head (one, position, link, seal) VALUES (1, ?, ?, ?)").run(
    ...[position, link, sealOf(key, position, link)],
  );
  return row;
}
