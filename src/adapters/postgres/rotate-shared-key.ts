import type { LedgerEvent } from "../../model/events.ts";
import { GENESIS, type RowAt, type StoredRow } from "../chain/chain.ts";
import { type KeyChange, sealAnew } from "../chain/seal-anew.ts";
import { appendNote } from "./append-note.ts";
import type { Hold } from "./hold-ledger.ts";
import type { Postgres, Session } from "./open-postgres.ts";
import { LOCK_HEAD } from "./take-turn.ts";
import { seals, verifyLedger } from "./verify.ts";

const ROWS_AT_ONCE = 2_000;
const SEAL = `UPDATE event SET link = sealed.link, pruned = sealed.pruned
  FROM unnest($1::bigint[], $2::text[], $3::text[]) AS sealed (position, link, pruned) WHERE event.position = sealed.position`;

/**
 * Seals the whole ledger with a new key, in one transaction, and records that in it. If the new key seals it already, nothing is
 * changed. The caller holds the ledger alone with `hold`. Throws OperatorError.
 */
export async function rotateSharedKey(
  db: Postgres,
  hold: Pick<Hold, "check">,
  keys: KeyChange,
  note: LedgerEvent,
): Promise<void> {
  await db.session(async (session) => {
    const [head] = await session.rows<RowAt & { readonly seal: string }>("SELECT position, link, seal FROM head");
    if (head && seals(keys.fresh, head)) return;
    await verifyLedger(session, keys.old);
    await session.rows(`${LOCK_HEAD}; SET LOCAL idle_in_transaction_session_timeout = 0`);
    // Nothing but this may edit a row: the trigger is back before the commit.
    await session.rows("ALTER TABLE event DISABLE TRIGGER event_is_not_edited");
    const end = await sealRows(session, keys);
    await session.rows("ALTER TABLE event ENABLE TRIGGER event_is_not_edited");
    await appendNote(session, keys.fresh, end, note);
    await hold.check();
    await session.rows("COMMIT");
  });
}

async function sealRows(session: Session, keys: KeyChange): Promise<RowAt> {
  let last: RowAt = { position: -1, link: GENESIS };
  for (;;) {
    const rows = await session.rows<StoredRow>("SELECT * FROM event WHERE position > $1 ORDER BY position LIMIT $2", [
      last.position,
      ROWS_AT_ONCE,
    ]);
    const sealed = rows.map((row) => {
      const anew = sealAnew(keys, last.link, row);
      last = { position: row.position, link: anew.link };
      return { position: row.position, ...anew };
    });
    if (sealed.length > 0)
      await session.rows(
        SEAL,
        (["position", "link", "pruned"] as const).map((column) => sealed.map((row) => row[column])),
      );
    if (rows.length < ROWS_AT_ONCE) return last;
  }
}
