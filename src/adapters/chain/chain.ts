import { createHmac } from "node:crypto";

/** One row of the ledger as it is written down. `json` is the event exactly as stored. */
export interface Row {
  readonly position: number;
  readonly stream: string;
  readonly seq: number;
  readonly id: string;
  readonly json: string;
}

/** As a database has it. */
export interface StoredRow extends Row {
  readonly link: string;
  /** The seal on a row whose content was archived; null = it is there. */
  readonly pruned: string | null;
}

/** A row's place and link. */
export interface RowAt {
  readonly position: number;
  readonly link: string;
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

/** What was archived: all rows of a stream, which is over by that, or a row of a stream that goes on. */
export type Archived = "stream" | "row";

const LABELS: Readonly<Record<Archived, string>> = { stream: "pruned", row: "pruned row" };

/** The seal on a row whose content is archived: nobody without the key can make a row look so. */
export function prunedSeal(
  key: Buffer,
  { position, stream, seq, id, link }: Omit<Row, "json"> & { readonly link: string },
  what: Archived,
): string {
  return createHmac("sha256", key)
    .update(JSON.stringify([LABELS[what], position, stream, seq, id, link]))
    .digest("hex");
}

/** As what the row was archived; undefined if it was not, or somebody else made it look so. */
export function archivedAs(key: Buffer, row: StoredRow): Archived | undefined {
  return (["stream", "row"] as const).find((what) => row.pruned === prunedSeal(key, row, what));
}

/** Whether the row follows the link before it. */
export function fits(key: Buffer, previous: string, row: StoredRow): boolean {
  if (row.pruned !== null) return row.json === "" && archivedAs(key, row) !== undefined;
  return row.link === linkOf(key, previous, row);
}
