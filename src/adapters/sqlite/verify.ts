import { OperatorError } from "../../core/ports.ts";
import { fits, GENESIS, type StoredRow, sealOf } from "./chain.ts";
import type { Database } from "./database.ts";
import { assertKey } from "./key-fingerprint.ts";
import { followsAt } from "./write-first-row.ts";

const ROWS_AT_ONCE = 1_000;

/**
 * Walks the whole chain, and returns how many rows there are. Throws OperatorError if the key is another one, or a row was edited,
 * removed or moved. Of an archived row only its link is left, sealed: the next row's link proves it.
 * `file` is the ledger's place, by which people know it.
 */
export function verifyLedger(db: Database, key: Buffer, file: string): number {
  assertKey(db, key, file);
  let link = GENESIS;
  let last: number | undefined;
  const counts = new Map<string, number>();
  for (const row of rowsOf(db)) {
    const seq = (counts.get(row.stream) ?? 0) + 1;
    if (!followsAt(last, row.position) || row.seq !== seq || !fits(key, link, row)) throw broken(row.position);
    link = row.link;
    counts.set(row.stream, seq);
    last = row.position;
  }
  const head = db
    .prepare<[], { position: number; link: string; seal: string }>("SELECT position, link, seal FROM head")
    .get();
  const sealed = head
    ? head.position === last && head.link === link && head.seal === sealOf(key, head.position, link)
    : last === undefined;
  if (!sealed) throw broken((last ?? 0) + 1);
  return last ?? 0;
}

/** In steps, so that a ledger of any size can be walked. */
export function* rowsOf(db: Database): Generator<StoredRow> {
  const after = db.prepare<[number], StoredRow>(
    `SELECT * FROM event WHERE position > ? ORDER BY position LIMIT ${ROWS_AT_ONCE}`,
  );
  // A row that was moved by hand may be at any position.
  for (let rows = after.all(Number.MIN_SAFE_INTEGER); rows.length > 0; rows = after.all(rows.at(-1)?.position ?? 0))
    yield* rows;
}

function broken(position: number): OperatorError {
  return new OperatorError(
    `The ledger's chain is broken at position ${position}: a row was edited, removed or moved. The key is the right one. ` +
      "Nothing was started. Restore the ledger from a backup.",
  );
}
