import type { LedgerEvent } from "../../model/events.ts";
import { LEDGER_STREAM } from "../../model/ledger-events.ts";
import type { StoredRow } from "../chain/chain.ts";
import type { Session } from "./open-postgres.ts";
import { formatOf } from "./schema.ts";

export interface Ends {
  /** The row at the position that was asked for. */
  readonly same: StoredRow | undefined;
  readonly end: StoredRow | undefined;
  /** The newest row that is not archived. */
  readonly last: StoredRow | undefined;
  /** When a person last accepted the ledger as it is, or, after the position that was asked for, gave it another key. */
  readonly changedAt: number | undefined;
}

const CHANGED = `WHERE stream = $1 AND (json LIKE '%"ledger.accepted"%' OR (json LIKE '%"ledger.key-changed"%' AND position > $2))
  ORDER BY seq DESC LIMIT 1`;

/** What a hint is compared with. A database without tables has nothing of it, and none is made. */
export async function readEnds(db: Session, position: number | undefined): Promise<Ends> {
  if ((await formatOf(db)) === 0) return { same: undefined, end: undefined, last: undefined, changedAt: undefined };
  const row = async (where: string, values: readonly unknown[]) =>
    (await db.rows<StoredRow>(`SELECT * FROM event ${where}`, values)).at(0);
  const changed = await row(CHANGED, [LEDGER_STREAM, position ?? 0]);
  return {
    same: position === undefined ? undefined : await row("WHERE position = $1", [position]),
    end: await row("ORDER BY position DESC LIMIT 1", []),
    last: await row("WHERE json <> '' ORDER BY position DESC LIMIT 1", []),
    changedAt: changed && (JSON.parse(changed.json) as LedgerEvent).at,
  };
}
