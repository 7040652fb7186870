import { randomUUID } from "node:crypto";
import { fingerprintOf, GENESIS, linkOf } from "./chain.ts";
import type { LinkedRow } from "./link-rows.ts";

/** The row before all events, which no reader gets: the ledger's own id, so that no row of another ledger fits, and its key's fingerprint. */
const FIRST = 0;

/** The first row of a new ledger. Older ledgers begin with an event. */
export function firstRow(key: Buffer): LinkedRow {
  const data = { ledger: randomUUID(), key: fingerprintOf(key) };
  const json = JSON.stringify({ type: "ledger.created", data });
  // A stream without a name is one that nothing else can be written to.
  const row = { position: FIRST, stream: "", seq: 1, id: "ledger", json };
  return { ...row, link: linkOf(key, GENESIS, row) };
}

/** Where the chain's next row has to be; `last` is undefined before the first. */
export function followsAt(last: number | undefined, position: number): boolean {
  return last === undefined ? position === FIRST || position === FIRST + 1 : position === last + 1;
}
