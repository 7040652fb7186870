import type { Database } from "../database.ts";
import { GENESIS, linkOf, prunedSeal, type Row, sealOf } from "./chain.ts";

const ROWS_AT_ONCE = 1_000;

interface StoredRow extends Row {
  readonly link: string;
  /** The seal on a row whose content was archived; null = it is there. */
  readonly pruned: string | null;
}

/**
 * Walks the file's pages and the whole chain, and returns how many rows there are. Throws a sentence for people where a page is
 * damaged or a row was edited, removed or moved. Of an archived row only its link is left, sealed: the next row's link proves it.
 */
export function verifyLedger(db: Database, key: Buffer): number {
  const damage = db.prepare<[], { quick_check: string }>("PRAGMA quick_check(1)").get()?.quick_check;
  if (damage !== "ok")
    throw new Error(
      `The ledger's file is damaged (${String(damage).slice(0, 200)}). Nothing was started. Restore the ledger from a backup.`,
    );
  let link = GENESIS;
  let last = 0;
  const counts = new Map<string, number>();
  for (const row of rowsOf(db)) {
    const seq = (counts.get(row.stream) ?? 0) + 1;
    if (row.position !== last + 1 || row.seq !== seq || !fits(key, link, row)) throw broken(row.position);
    link = row.link;
    counts.set(row.stream, seq);
    last = row.position;
  }
  const head = db
    .prepare<[], { position: number; link: string; seal: string }>("SELECT position, link, seal FROM head")
    .get();
  const sealed = head
    ? head.position === last && head.link === link && head.seal === sealOf(key, last, link)
    : last === 0;
  if (!sealed) throw broken(last + 1);
  return last;
}

/** In steps, so that a ledger of any size can be walked. */
function* rowsOf(db: Database): Generator<StoredRow> {
  const after = db.prepare<[number], StoredRow>(
    `SELECT * FROM event WHERE position > ? ORDER BY position LIMIT ${ROWS_AT_ONCE}`,
  );
  // A row that was moved by hand may be at any position.
  for (let rows = after.all(Number.MIN_SAFE_INTEGER); rows.length > 0; rows = after.all(rows.at(-1)?.position ?? 0))
    yield* rows;
}

function fits(key: Buffer, previous: string, row: StoredRow): boolean {
  if (row.pruned !== null) return row.json === "" && row.pruned === prunedSeal(key, row, row.link);
  return row.link === linkOf(key, previous, row);
}

function broken(position: number): Error {
  return new Error(
    `The ledger's chain is broken at position ${position}: a row was edited, removed or moved, or the key is not the one it was written with. ` +
      "Nothing was started. Check DRYDOCK_LEDGER_KEY (or the key file) first, then restore the ledger from a backup.",
  );
}
