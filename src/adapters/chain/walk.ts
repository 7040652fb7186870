import { LedgerBroken } from "../../model/ledger-port.ts";
import { fits, GENESIS, type RowAt, type StoredRow } from "./chain.ts";
import { followsAt } from "./first-row.ts";

interface Walk {
  /** Throws LedgerBroken if this is not the row that follows. */
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

export function broken(position: number): LedgerBroken {
  return new LedgerBroken(
    `The ledger's chain is broken at position ${position}: a row was edited, removed or moved. The key is the right one. ` +
      "Nothing from there on is proven. Restore the bot's own ledger from a backup.",
  );
}
