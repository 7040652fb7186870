import { importLedger } from "./adapters/postgres/import-ledger.ts";
import { openDatabaseFor } from "./adapters/postgres/open-database-for.ts";
import { movedFileOf, wasMoved } from "./adapters/sqlite/assert-not-moved.ts";
import { existingLedgerKey, type KeySource } from "./adapters/sqlite/key.ts";
import { lockLedger } from "./adapters/sqlite/lock.ts";
import { setAside, withWholeLedger } from "./adapters/sqlite/whole-ledger.ts";
import type { LedgerTools } from "./cli/cli-ports.ts";
import type { Config } from "./config/config.ts";
import { type Clock, type Log, OperatorError } from "./core/ports.ts";

/** Moves a ledger from SQLite to PostgreSQL while no process has it. Throws OperatorError. */
export async function migrateLedger(
  source: KeySource,
  database: Config["ledger"]["database"],
  ports: { readonly clock: Clock; readonly log: Log },
): ReturnType<LedgerTools["migrate"]> {
  if (!database) throw new OperatorError("Set DATABASE_URL to the database to which the ledger is moved.");
  const { file } = source;
  if (wasMoved(file))
    throw new OperatorError(
      `The ledger ${file} was moved to PostgreSQL before, so there is nothing to move: ${movedFileOf(file)} is left of it.`,
    );
  const key = existingLedgerKey(source);
  const lock = lockLedger(file, ports.clock.now());
  try {
    const aliveAt = await lock.aliveAt();
    const copied = await withWholeLedger({ file, key }, async (whole) => {
      const { db, opened: done } = await openDatabaseFor(database, ports, (target) =>
        importLedger(target, key, { ...whole, aliveAt }),
      );
      await db.close();
      return { rows: whole.end.position, tokens: whole.tokens.length, done };
    });
    return { ...copied, aside: setAside(file) };
  } finally {
    lock.release();
  }
}
