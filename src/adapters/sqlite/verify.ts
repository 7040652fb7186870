import { LedgerBroken } from "../../model/ledger-port.ts";
import { fits, GENESIS, type StoredRow, sealOf } from "./chain.ts";
import type { Database } from "./database.ts";
import { assertKey } from "./key-fingerprint.ts";
import { followsAt } from "./write-first-row.ts";

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

/** A row's place and link. */
export interface RowAt {
  readonly position: number;
  readonly link: string;
}

interface Walk {
  /** Throws OperatorError if this is not the row that follows. */
  next(row: StoredRow): void;
  end(): { readonly position: number | undefined; readonly link: string };
}

/** Of rows after a known one, their links alone prove their place in their streams. */
export function createWalk(key: Buffer, known?: RowAt): Walk {
  let link = known?.link ?? GENESIS;
  let position = known?.position;
  const counts = new Map<string, number>();
  return {
    next(row) {
      const seq = (counts.get(row.stream) ?? 0) + 1;
      const isInStream = known !== undefined || row.seq === seq;
      if (!followsAt(position, row.position) || !isInStream || !fits(key, link, row)) throw broken(row.position);
      link = row.link;
      if (!known) counts.set(row.stream, seq);
      position = row.position;
    },
    end: () => ({ position, link }),
  };
}

/** In steps, so that a ledger of any size can be walked. */
export function* rowsOf(db: Database, after = Number.MIN_SAFE_INTEGER): Generator<StoredRow> {
  const newer = db.prepare<[number], StoredRow>(
    `SELECT * FROM event WHERE position > ? ORDER BY position LIMIT ${ROWS_AT_ONCE}`,
  );
  // A row that was moved by hand may be at any position.
  for (let rows = newer.all(after); rows.length > 0; rows = newer.all(rows.at(-1)?.position ?? 0)) yield* rows;
}

export function broken(position: number): LedgerBroken {
  return new LedgerBroken(
    `The ledger's chain is broken at position ${position}: a row was edited, removed or moved. The key is the right one. ` +
      "No upgrade was started. Restore the ledger from a backup.",
  );
}
