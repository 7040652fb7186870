import { OperatorError } from "../../core/ports.ts";
import { LEDGER_STREAM } from "../../model/ledger-events.ts";
import { fingerprintOf, fits, GENESIS, type RowAt, type StoredRow, sealOf } from "../chain/chain.ts";
import { broken, createWalk } from "../chain/walk.ts";
import type { Session } from "./open-postgres.ts";

const ROWS_AT_ONCE = 2_000;

export interface Head extends RowAt {
  readonly seal: string;
}

/**
 * Walks the whole chain at one moment, and returns its end; `each` is handed every row. Throws OperatorError if the key is another
 * one, or a row was edited, removed or moved.
 */
export async function verifyLedger(
  session: Session,
  key: Buffer,
  each: (row: StoredRow) => void = () => {},
): Promise<RowAt> {
  await session.rows("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  const head = await assertKey(session, key);
  const walk = createWalk(key);
  // A row that was moved by hand may be at any position.
  for (let from = Number.MIN_SAFE_INTEGER; ; ) {
    const rows = await session.rows<StoredRow>("SELECT * FROM event WHERE position > $1 ORDER BY position LIMIT $2", [
      from,
      ROWS_AT_ONCE,
    ]);
    for (const row of rows) {
      walk.next(row);
      each(row);
    }
    const last = rows.at(-1);
    if (!last) break;
    from = last.position;
  }
  await session.rows("COMMIT");
  const { position, link } = walk.end();
  if (!head || position === undefined || head.position !== position || head.link !== link || !seals(key, head))
    throw broken((position ?? 0) + 1);
  return { position, link };
}

export function seals(key: Buffer, { position, link, seal }: Head): boolean {
  return seal === sealOf(key, position, link);
}

/** The ledger's end and its first row were written with its key: either is proof, and both are not edited by chance. Returns the end. */
export async function assertKey(session: Session, key: Buffer): Promise<Head | undefined> {
  const [head] = await session.rows<Head>("SELECT position, link, seal FROM head");
  const [first] = await session.rows<StoredRow>("SELECT * FROM event ORDER BY position LIMIT 1");
  if (!head && !first) return undefined;
  if ((head && seals(key, head)) || (first && fits(key, GENESIS, first))) return head;
  const [changed] = await session.rows<StoredRow>(KEY_CHANGED, [LEDGER_STREAM]);
  const own = recordedIn(changed) ?? recordedIn(first);
  throw new OperatorError(
    `DRYDOCK_LEDGER_KEY is not the key of the ledger in DATABASE_URL. This key's fingerprint is ${fingerprintOf(key)}. ` +
      `${own ? `The ledger was written with the key ${own}` : "The ledger was written with another key"}. Nothing was changed.`,
  );
}

const KEY_CHANGED = `SELECT * FROM event WHERE stream = $1 AND json LIKE '%"ledger.key-changed"%' ORDER BY seq DESC LIMIT 1`;

/** The fingerprint in the first row, or of the newest change of the key; older ledgers have none. */
function recordedIn(row: StoredRow | undefined): string | undefined {
  try {
    const { data } = JSON.parse(row?.json ?? "") as {
      readonly data?: { readonly key?: unknown; readonly to?: unknown };
    };
    const found = data?.to ?? data?.key;
    return typeof found === "string" ? found : undefined;
  } catch {
    return undefined;
  }
}
