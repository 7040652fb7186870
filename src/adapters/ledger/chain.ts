import { createHmac } from "node:crypto";

/** One row of the ledger as it is written down. `json` is the event exactly as stored. */
export interface Row {
  readonly position: number;
  readonly stream: string;
  readonly seq: number;
  readonly id: string;
  readonly json: string;
}

/** As SQLite has it. */
export interface StoredRow extends Row {
  readonly link: string;
  /** The seal on a row whose content was archived; null = it is there. */
  readonly pruned: string | null;
}

export const GENESIS = "";

/** The row's place in the one chain: an HMAC-SHA256 (hex) over the row and the row before. */
export function linkOf(key: Buffer, previous: string, row: Row): string {
  return createHmac("sha256", key)
    .update(JSON.stringify([previous, row.position, row.stream, row.seq, row.id, row.json]))
    .digest("hex");
}

/** Tells keys apart without revealing anything of them: 16 hex digits of an HMAC-SHA256. */
export function fingerprintOf(key: Buffer): string {
  return createHmac("sha256", key).update("the fingerprint of a ledger's key").digest("hex").slice(0, 16);
}

/** The seal on the ledger's end: without it, rows cut off the end would not show. */
export function sealOf(key: Buffer, position: number, link: string): string {
  return createHmac("sha256", key)
    .update(JSON.stringify(["head", position, link]))
    .digest("hex");
}

/** The seal on a row whose content is archived: nobody without the key can make a row look so. */
export function prunedSeal(key: Buffer, { position, stream, seq, id }: Omit<Row, "json">, link: string): string {
  return createHmac("sha256", key)
    .update(JSON.stringify(["pruned", position, stream, seq, id, link]))
    .digest("hex");
}

/** Whether the row follows the link before it. */
export function fits(key: Buffer, previous: string, row: StoredRow): boolean {
  if (row.pruned !== null) return row.json === "" && row.pruned === prunedSeal(key, row, row.link);
  return row.link === linkOf(key, previous, row);
}
