import type { Clock, Log } from "../../core/ports.ts";
import { openPostgres, type Postgres, type PostgresAddress } from "./open-postgres.ts";
import { postgresFault } from "./postgres-fault.ts";
import { checkServer } from "./server-faults.ts";

/** A connected database that can keep a ledger. The log says what a person should know about it. Throws OperatorError. */
export async function openDatabaseFor<T>(
  address: PostgresAddress,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  work: (db: Postgres) => Promise<T>,
): Promise<{ readonly db: Postgres; readonly opened: T }> {
  const db = await openPostgres(address);
  try {
    for (const warning of await checkServer(db, { clock })) log.warn({ warning }, "the database needs attention");
    return { db, opened: await work(db) };
  } catch (error) {
    await db.close();
    throw postgresFault(error);
  }
}
