import { randomUUID } from "node:crypto";
import { fingerprintOf, GENESIS, linkOf, sealOf } from "./chain.ts";
import type { Database } from "./database.ts";

/** The row before all events, which no reader gets: the ledger's own id, so that no row of another ledger fits, and its key's fingerprint. */
const FIRST = 0;

/** Writes the first row of a ledger that has none and no event either. Older ledgers begin with an event. */
export function writeFirstRow(db: Database, key: Buffer): void {
  if (db.prepare("SELECT 1 FROM event LIMIT 1").get()) return;
  const data = { ledger: randomUUID(), key: fingerprintOf(key) };
  // A stream without a name is one that nothing else can be written to.
  const row = {
    position: FIRST,
    stream: "",
    seq: 1,
    id: "ledger",
    json: JSON.stringify({ type: "ledger.created", data }),
  };
  const link = linkOf(key, GENESIS, row);
  db.prepare("INSERT INTO event (position, stream, seq, id, json, link) VALUES (?, ?, ?, ?, ?, ?)").run(
    row.position,
    row.stream,
    row.seq,
    row.id,
    row.json,
    link,
  );
  db.prepare("INSERT OR REPLACE INTO head (one, position, link, seal) VALUES (1, ?, ?, ?)").run(
    FIRST,
    link,
    sealOf(key, FIRST, link),
  );
}

/** Where the chain's next row has to be; `last` is undefined before the first. */
export function followsAt(last: number | undefined, position: number): boolean {
  return last === undefined ? position === FIRST || position === FIRST + 1 : position === last + 1;
}
