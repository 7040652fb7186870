import { createLocalDuties } from "./adapters/memory/local-duties.ts";
import { inspectOpenLedger } from "./adapters/sqlite/inspect-ledger.ts";
import { lockLedger } from "./adapters/sqlite/lock.ts";
import { openLedger } from "./adapters/sqlite/open-ledger.ts";
import { destroyAllSecrets, openSqliteSecrets } from "./adapters/sqlite/sqlite-secrets.ts";
import { openSqliteStatuses } from "./adapters/sqlite/sqlite-statuses.ts";
import { BUILD } from "./build.ts";
import type { Config } from "./config/config.ts";
import type { Ledger } from "./model/ledger-port.ts";
import type { ServerStatus } from "./servers/server-status.ts";
import { keyringOf, type StorePorts, type Stores } from "./stores.ts";

/** The ledger's file and those beside it, for this process alone until they are closed. Throws OperatorError. */
export function openFileStores(config: Config, { clock, log }: StorePorts): Stores {
  const { file, key } = config.ledger;
  const source = { file, fromEnvironment: key?.reveal() };
  const lock = lockLedger(file, clock.now());
  let ledger: Ledger | undefined;
  try {
    ledger = openLedger({ ...source, clock, log, build: BUILD });
    const secrets = secretsOf(config);
    const statuses = openSqliteStatuses<ServerStatus>(`${file}.status`, { clock, log });
    const opened = ledger;
    return {
      ...{ ledger, presence: lock, statuses, secrets },
      inspection: inspectOpenLedger(source, ledger),
      duties: createLocalDuties({ log }),
      // The operating system keeps the lock.
      taken: new Promise(() => {}),
      async close() {
        statuses.close();
        await secrets?.close();
        await opened.close();
        lock.release();
      },
    };
  } catch (error) {
    void ledger?.close();
    lock.release();
    throw error;
  }
}

/** Beside the ledger. Where people's own tokens are off, what was kept before is destroyed. */
function secretsOf(config: Config) {
  const file = `${config.ledger.file}.tokens`;
  const keyring = keyringOf(config);
  if (!keyring) destroyAllSecrets(file);
  return keyring && openSqliteSecrets({ file, keyring });
}
