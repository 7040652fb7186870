import type { StoredEvent } from "../../model/events.ts";
import { fits, GENESIS, type StoredRow } from "./chain.ts";
import { toEvent } from "./row.ts";
import { broken } from "./walk.ts";

/** A row with the link of the one before it. */
export type ReadRow = StoredRow & { readonly previous: string | null };

/** Rows may be read before the whole chain is verified, so each is verified by itself. Archived ones are left out. */
export function verifiedEvents(key: Buffer, rows: readonly ReadRow[]): readonly StoredEvent[] {
  const edited = rows.find((row) => !fits(key, row.previous ?? GENESIS, row));
  if (edited) throw broken(edited.position);
  return rows.filter(({ pruned }) => pruned === null).map(toEvent);
}

/** The first name after all that begin with `prefix`. */
export function endOfPrefix(prefix: string): string {
  return `${prefix.slice(0, -1)}${String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)}`;
}
