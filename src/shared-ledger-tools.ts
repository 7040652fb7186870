import { assertNoArchive } from "./adapters/chain/write-archive.ts";
import { holdLedger } from "./adapters/postgres/hold-ledger.ts";
import { openDatabaseFor } from "./adapters/postgres/open-database-for.ts";
import type { Postgres } from "./adapters/postgres/open-postgres.ts";
import { retainSharedLedger } from "./adapters/postgres/retain-shared-ledger.ts";
import { formatOf } from "./adapters/postgres/schema.ts";
import { verifyLedger } from "./adapters/postgres/verify.ts";
import { makeBackup } from "./adapters/sqlite/backup.ts";
import { requireFolder } from "./adapters/sqlite/sqlite-fault.ts";
import { writeCopy } from "./adapters/sqlite/write-copy.ts";
import type { LedgerTools } from "./cli/cli-ports.ts";
import type { Config, Database } from "./config/config.ts";
import { OperatorError } from "./core/ports.ts";
import { sharedLedgerKey } from "./shared-ledger-key.ts";
import type { StorePorts } from "./stores.ts";

type SharedLedger = Config["ledger"] & { readonly database: Database };

/** Writes the ledger in the database into a file, from which drydock migrate-ledger brings it back. The bot may run. */
export async function backupSharedLedger(ledger: SharedLedger, to: string, ports: StorePorts): Promise<number> {
  const key = sharedLedgerKey(ledger);
  return inside(ledger, ports, (db) =>
    makeBackup({
      ...{ to, key, from: "in DATABASE_URL" },
      copy: (partial) => writeCopy(partial, key, (add) => db.session((session) => verifyLedger(session, key, add))),
    }),
  );
}

/** As retain does it with a ledger in a file. The bot must not run. */
export async function retainShared(
  ledger: SharedLedger,
  settings: {
    readonly archive: string;
    readonly choose: Parameters<LedgerTools["retain"]>[2];
  },
  ports: StorePorts,
): Promise<Awaited<ReturnType<LedgerTools["retain"]>>> {
  const key = sharedLedgerKey(ledger);
  assertNoArchive(settings.archive);
  requireFolder(settings.archive);
  return inside(ledger, ports, async (db) => {
    const hold = await holdLedger(db, { ...ports, how: "alone" });
    try {
      return await retainSharedLedger(db, { ...settings, key });
    } finally {
      hold.release();
    }
  });
}

async function inside<T>(
  { database }: SharedLedger,
  ports: StorePorts,
  work: (db: Postgres) => Promise<T>,
): Promise<T> {
  const { db, opened } = await openDatabaseFor(database, ports, async (found) => {
    if ((await formatOf(found)) === 0) throw new OperatorError("There is no ledger in DATABASE_URL yet.");
    return work(found);
  });
  await db.close();
  return opened;
}
