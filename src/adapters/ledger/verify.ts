import type Database from "better-sqlite3";
import { OperatorError } from "../../app/ports.ts";
import { GENESIS, linkOf, prunedSeal, type Row, sealOf } from "./chain.ts";

interface StoredRow extends Row {
  readonly link: string;
  /** The seal on a row whose content was archived; null = it is there. */
  readonly pruned: string | null;
}

/**
 * Walks the file's pages and the whole chain, and returns how many rows there are. Throws OperatorError if a page is
 * damaged or a row was edited, removed or moved. Of an archived row only its link is left, sealed: the next row's link proves it.
 */
export function verifyLedger(db: Database.Database, key: Buffer): number {
  const damage = db.pragma("quick_check(1)", { simple: true });
  if (damage !== "ok")
    throw new OperatorError(
      `The ledger's file is damaged (${String(damage).slice(0, 200)}). Nothing was started. Restore the ledger from a backup.`,
    );
  let link = GENESIS;
  let last = 0;
  const counts = new Map<string, number>();
  for (const row of db.prepare<[], StoredRow>("SELECT * FROM event ORDER BY position").iterate()) {
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

function fits(key: Buffer, previous: string, row: StoredRow): boolean {
  if (row.pruned !== null) return row.json === "" && row.pruned === prunedSeal(key, row, row.link);
  return row.link === linkOf(key, previous, row);
}

function broken(position: number): OperatorError {
  return new OperatorError(
    `The ledger's chain is broken at position ${position}: a row was edited, removed or moved, or the key is not the one it was written with. ` +
      "Nothing was started. Check DRYDOCK_LEDGER_KEY (or the key file) first, then restore the ledger from a backup.",
  );
}
