import { OperatorError, type SecretOwner } from "../../core/ports.ts";
import { type RowAt, type StoredRow, sealOf } from "../chain/chain.ts";
import type { Sealed } from "../chain/keyring.ts";
import type { Postgres, Session } from "./open-postgres.ts";
import { prepareSchema } from "./schema.ts";
import { verifyLedger } from "./verify.ts";

/** A whole ledger from somewhere else, which was checked there. */
export interface WholeLedger {
  readonly rows: Iterable<StoredRow>;
  readonly end: RowAt;
  readonly tokens: readonly (SecretOwner & { readonly sealed: Sealed })[];
  readonly aliveAt: number | undefined;
}

const ROWS_AT_ONCE = 1_000;
const COLUMNS = ["position", "stream", "seq", "id", "json", "link", "pruned"] as const;

/**
 * Copies a ledger into a database that has none, in one transaction, and proves that both chains are the same. If the database has
 * this very ledger already, nothing is copied. Throws OperatorError.
 */
export async function importLedger(db: Postgres, key: Buffer, ledger: WholeLedger): Promise<"copied" | "there"> {
  await prepareSchema(db);
  const done = await db.session(async (session) => {
    // In the order of turns: a person may have named the database of replicas that run.
    await session.rows("BEGIN; LOCK TABLE head, event, secret IN ACCESS EXCLUSIVE MODE");
    const [head] = await session.rows<RowAt>("SELECT position, link FROM head");
    if (head && isSame(head, ledger.end)) {
      await session.rows("ROLLBACK");
      return "there";
    }
    if (head)
      throw new OperatorError(
        `The database in DATABASE_URL has a ledger already, which ends at row ${head.position.toLocaleString("en")}. Nothing was copied. Give an empty database.`,
      );
    await copyRows(session, ledger.rows);
    const { position, link } = ledger.end;
    await session.rows("INSERT INTO head (one, position, link, seal) VALUES (1, $1, $2, $3)", [
      ...[position, link, sealOf(key, position, link)],
    ]);
    for (const { person, server, sealed } of ledger.tokens)
      await session.rows("INSERT INTO secret (person, server, key_id, nonce, text) VALUES ($1, $2, $3, $4, $5)", [
        ...[person, server, sealed.keyId, sealed.nonce, sealed.text],
      ]);
    if (ledger.aliveAt !== undefined)
      await session.rows("INSERT INTO presence (one, at) VALUES (1, $1)", [Math.round(ledger.aliveAt)]);
    await session.rows("COMMIT");
    return "copied";
  });
  // Its last link is made over every row before it.
  const end = await db.session((session) => verifyLedger(session, key));
  if (!isSame(end, ledger.end))
    throw new OperatorError("The copy does not have the same chain. Give an empty database.");
  return done;
}

function isSame(a: RowAt, b: RowAt): boolean {
  return a.position === b.position && a.link === b.link;
}

async function copyRows(session: Session, rows: Iterable<StoredRow>): Promise<void> {
  let some: StoredRow[] = [];
  async function write(): Promise<void> {
    await session.rows(
      `INSERT INTO event (${COLUMNS.join(", ")})
       SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[])`,
      COLUMNS.map((column) => some.map((row) => row[column])),
    );
    some = [];
  }
  for (const row of rows) {
    some.push(row);
    if (some.length === ROWS_AT_ONCE) await write();
  }
  if (some.length > 0) await write();
}
