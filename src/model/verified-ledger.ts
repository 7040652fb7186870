import type { StoredEvent } from "./events.ts";

/** A row whose content was archived: the chain proves that it was there. */
export interface ArchivedRow {
  readonly archived: true;
  readonly position: number;
  readonly stream: string;
  readonly seq: number;
}

export type LedgerRow = StoredEvent | ArchivedRow;

/** A ledger whose whole chain is right. */
export interface VerifiedLedger {
  readonly rows: number;
  /** Rows that record an archive which was given, and is right; undefined if none was given. */
  readonly archivesIn?: ReadonlySet<number>;
  /** Every row in its order, read in steps. Each call begins with the first. */
  events(): Iterable<LedgerRow>;
}

export function isArchived(row: LedgerRow): row is ArchivedRow {
  return "archived" in row;
}
