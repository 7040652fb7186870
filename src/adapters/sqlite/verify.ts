import { type RowAt, type StoredRow, sealOf } from "../chain/chain.ts";
import { broken, createWalk } from "../chain/walk.ts";
import { assertKey } from "./assert-key.ts";
import type { Database } from "./database.ts";

const ROWS_AT_ONCE = 1_000;

/**
 * Walks the whole chain, and returns how many rows there are. Throws OperatorError if the key is another one, or a row was edited,
 * removed or moved. Of an archived row only its link is left, sealed: the next row's link proves it. After `known`, a row that is known
 * to be right, only newer rows are walked.
 * `file` is the ledger's place, by which people know it.
 */
export function verifyLedger(db: Database, key: Buffer, file: string, known?: RowAt): number {
  assertKey(db, key, file);
  const walk = createWalk(key, known);
  for (const row of rowsOf(db, known?.position)) walk.next(row);
  const { position: last, link } = walk.end();
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
export function* rowsOf(db: Database, after = Number.MIN_SAFE_INTEGER): Generator<StoredRow> {
  const newer = db.prepare<[number], StoredRow>(
    `SELECT * FROM event WHERE position > ? ORDER BY position LIMIT ${ROWS_AT_ONCE}`,
  );
  // A row that was moved by hand may be at any position.
  for (let rows = newer.all(after); rows.length > 0; rows = newer.all(rows.at(-1)?.position ?? 0)) yield* rows;
}
