import { createHmac } from "node:crypto";

/** One row of the ledger as it is written down. `json` is the event exactly as stored. */
export interface Row {
  readonly position: number;
  readonly stream: string;
  readonly seq: number;
  readonly id: string;
  readonly json: string;
}

export const GENESIS = "";

/** The row's place in the one chain: an HMAC-SHA256 (hex) over the row and the row before. */
export function linkOf(key: Buffer, previous: string, row: Row): string {
  return createHmac("sha256", key)
    .update(JSON.stringify([previous, row.position, row.stream, row.seq, row.id, row.json]))
    .digest("hex");
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
