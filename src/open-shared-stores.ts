import { holdAlone } from "./adapters/postgres/hold-alone.ts";
import { inspectOpenSharedLedger } from "./adapters/postgres/inspect-shared-ledger.ts";
import { openDatabaseFor } from "./adapters/postgres/open-database-for.ts";
import type { PostgresAddress } from "./adapters/postgres/open-postgres.ts";
import { openPostgresLedger } from "./adapters/postgres/postgres-ledger.ts";
import { createPostgresPresence } from "./adapters/postgres/postgres-presence.ts";
import { destroyAllSecrets, openPostgresSecrets } from "./adapters/postgres/postgres-secrets.ts";
import { openPostgresStatuses } from "./adapters/postgres/postgres-statuses.ts";
import type { Config } from "./config/config.ts";
import { withTimeout } from "./core/with-timeout.ts";
import type { ServerStatus } from "./servers/server-status.ts";
import { sharedLedgerKey } from "./shared-ledger-key.ts";
import { keyringOf, type StorePorts, type Stores } from "./stores.ts";

/** A database that does not answer holds up no stop, in ms. */
const CLOSE_TIMEOUT = 2_000;

/** Everything in the database, for this process alone until it is closed. Throws OperatorError. */
export async function openSharedStores(
  config: Config,
  address: PostgresAddress,
  { clock, log }: StorePorts,
): Promise<Stores> {
  const key = sharedLedgerKey(config.ledger);
  const keyring = keyringOf(config);
  const { db, opened } = await openDatabaseFor(address, { clock, log }, async (database) => {
    const hold = await holdAlone(database, { clock });
    try {
      const ledger = await openPostgresLedger(database, { key, clock });
      if (!keyring) await destroyAllSecrets(database);
      return { hold, ledger, secrets: keyring && (await openPostgresSecrets(database, { keyring })) };
    } catch (error) {
      hold.release();
      throw error;
    }
  });
  const { hold, ledger, secrets } = opened;
  const statuses = openPostgresStatuses<ServerStatus>(db, { clock, log });
  return {
    ...{ ledger, presence: createPostgresPresence(db), statuses, secrets, taken: hold.taken },
    inspection: inspectOpenSharedLedger(ledger),
    async close() {
      statuses.close();
      await ledger.close();
      hold.release();
      await withTimeout(clock, CLOSE_TIMEOUT, db.close());
    },
  };
}
