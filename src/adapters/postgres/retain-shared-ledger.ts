import type { LedgerEvent, StoredEvent } from "../../model/events.ts";
import type { Archivable } from "../../model/rollout/archivable.ts";
import type { RowAt } from "../chain/chain.ts";
import type { LinkedRow } from "../chain/link-rows.ts";
import { chooseLeaving, type Retained, writeArchive } from "../chain/write-archive.ts";
import { appendNote } from "./append-note.ts";
import type { Hold } from "./hold-ledger.ts";
import type { Postgres, Session } from "./open-postgres.ts";
import { LOCK_HEAD } from "./take-turn.ts";
import { verifyLedger } from "./verify.ts";

const ROWS_AT_ONCE = 2_000;
const PRESENT = "SELECT * FROM event WHERE position > $1 AND pruned IS NULL ORDER BY position LIMIT $2";
const PRUNE = `UPDATE event SET json = '', pruned = archived.pruned
  FROM unnest($1::bigint[], $2::text[]) AS archived (position, pruned) WHERE event.position = archived.position`;

/** Moves streams and single rows out of the ledger into an archive. `choose` says which. No turn runs meanwhile. Throws OperatorError. */
export async function retainSharedLedger(
  db: Postgres,
  hold: Pick<Hold, "check">,
  settings: {
    readonly archive: string;
    readonly key: Buffer;
    readonly choose: (events: Iterable<StoredEvent>) => Archivable;
    /** What is recorded with it. */
    readonly note: (left: Retained) => LedgerEvent;
  },
): Promise<Retained> {
  const { archive, key, choose, note } = settings;
  await db.session((session) => verifyLedger(session, key));
  return db.session(async (session) => {
    await session.rows(`${LOCK_HEAD}; SET LOCAL idle_in_transaction_session_timeout = 0`);
    const present = await presentIn(session);
    const { leaving, seals, ...retained } = chooseLeaving(key, present, choose);
    writeArchive(archive, leaving);
    for (let from = 0; from < seals.length; from += ROWS_AT_ONCE) {
      const some = seals.slice(from, from + ROWS_AT_ONCE);
      await session.rows(PRUNE, [some.map(({ position }) => position), some.map(({ pruned }) => pruned)]);
    }
    const [end] = await session.rows<RowAt>("SELECT position, link FROM head");
    if (end && seals.length > 0) await appendNote(session, key, end, note(retained));
    await hold.check();
    await session.rows("COMMIT");
    return retained;
  });
}

async function presentIn(session: Session): Promise<readonly LinkedRow[]> {
  const present: LinkedRow[] = [];
  for (let from = -1; ; from = present.at(-1)?.position ?? from) {
    const rows = await session.rows<LinkedRow>(PRESENT, [from, ROWS_AT_ONCE]);
    present.push(...rows);
    if (rows.length < ROWS_AT_ONCE) return present;
  }
}
