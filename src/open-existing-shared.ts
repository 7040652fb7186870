import { openDatabaseFor } from "./adapters/postgres/open-database-for.ts";
import type { Postgres } from "./adapters/postgres/open-postgres.ts";
import { FORMAT, formatOf } from "./adapters/postgres/schema.ts";
import type { Config, Database } from "./config/config.ts";
import { OperatorError } from "./core/ports.ts";
import type { StorePorts } from "./stores.ts";

export type SharedLedger = Config["ledger"] & { readonly database: Database };

/** A database that has a ledger already, in this version's format. Changes nothing. Throws OperatorError. */
export function openExistingShared<T>(
  { database }: SharedLedger,
  ports: StorePorts,
  work: (db: Postgres) => Promise<T>,
): Promise<{ readonly db: Postgres; readonly opened: T }> {
  return openDatabaseFor(database, ports, async (db) => {
    const format = await formatOf(db);
    if (format === 0) throw new OperatorError("There is no ledger in DATABASE_URL yet.");
    if (format < FORMAT)
      throw new OperatorError(
        `The ledger in DATABASE_URL has format ${format}. Start this Drydock with it once: it updates the format.`,
      );
    return work(db);
  });
}
