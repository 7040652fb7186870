import { sealOf } from "../chain/chain.ts";
import { firstRow } from "../chain/first-row.ts";
import type { Database } from "./database.ts";

/** Writes the first row of a ledger that has none and no event either. */
export function writeFirstRow(db: Database, key: Buffer): void {
  if (db.prepare("SELECT 1 FROM event LIMIT 1").get()) return;
  const { position, stream, seq, id, json, link } = firstRow(key);
  db.prepare("INSERT INTO event (position, stream, seq, id, json, link) VALUES (?, ?, ?, ?, ?, ?)").run(
    position,
    stream,
    seq,
    id,
    json,
    link,
  );
  db.prepare("INSERT OR REPLACE INTO head (one, position, link, seal) VALUES (1, ?, ?, ?)").run(
    position,
    link,
    sealOf(key, position, link),
  );
}
