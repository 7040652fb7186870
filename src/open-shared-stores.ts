import { hostname } from "node:os";
import type { RowAt } from "./adapters/chain/chain.ts";
import { clockDifference } from "./adapters/postgres/clock-difference.ts";
import { createDutiesByClock } from "./adapters/postgres/duties-by-clock.ts";
import { holdLedger } from "./adapters/postgres/hold-ledger.ts";
import { inspectOpenSharedLedger } from "./adapters/postgres/inspect-shared-ledger.ts";
import { openDatabaseFor } from "./adapters/postgres/open-database-for.ts";
import type { PostgresAddress } from "./adapters/postgres/open-postgres.ts";
import { createPostgresDuties } from "./adapters/postgres/postgres-duties.ts";
import { postgresFault } from "./adapters/postgres/postgres-fault.ts";
import { openPostgresLedger } from "./adapters/postgres/postgres-ledger.ts";
import { createPostgresPresence } from "./adapters/postgres/postgres-presence.ts";
import { destroyAllSecrets, openPostgresSecrets } from "./adapters/postgres/postgres-secrets.ts";
import { openPostgresStatuses } from "./adapters/postgres/postgres-statuses.ts";
import { readOtherwiseConfigured } from "./adapters/postgres/read-replicas.ts";
import { writeAddress } from "./adapters/postgres/replica-address.ts";
import { FORMAT } from "./adapters/postgres/schema.ts";
import { waitsForStandbys } from "./adapters/postgres/server-faults.ts";
import { createHintWriter } from "./adapters/sqlite/hint.ts";
import type { Config } from "./config/config.ts";
import type { Duties, DutyName, Term } from "./core/duties.ts";
import { withTimeout } from "./core/with-timeout.ts";
import type { ServerStatus } from "./servers/server-status.ts";
import { assertSharedHint } from "./shared-hint.ts";
import { sharedLedgerKey } from "./shared-ledger-key.ts";
import { keyringOf, type ServeStorePorts, type Stores } from "./stores.ts";

/** A database that does not answer holds up no stop, in ms. */
export const CLOSE_TIMEOUT = 1_000;

/** Everything in the database, which replicas share: each duty is one replica's at a time. Throws OperatorError. */
export async function openSharedStores(
  config: Config,
  address: PostgresAddress,
  { clock, random, log, runs, endProcess }: ServeStorePorts,
): Promise<Stores> {
  const key = sharedLedgerKey(config.ledger);
  const { file } = config.ledger;
  const keyring = keyringOf(config);
  const { db, opened } = await openDatabaseFor(address, { clock, log }, async (database) => {
    const hold = await holdLedger(database, { clock, how: "shared" });
    try {
      await assertSharedHint(database, file);
      const hint = createHintWriter(file, { clock, log });
      const onEnd = (row: RowAt) => hint.noted({ ...row, at: clock.now() });
      const ledger = await openPostgresLedger(database, { key, clock, onEnd });
      if (!keyring) await destroyAllSecrets(database);
      return { hold, ledger, hint, secrets: keyring && (await openPostgresSecrets(database, { keyring })) };
    } catch (error) {
      hold.release();
      throw error;
    }
  });
  const { hold, ledger, hint, secrets } = opened;
  const shared = createDutiesByClock({
    create: () =>
      createPostgresDuties({
        connect: (handlers) => db.direct({ onNotice: () => handlers.onNotice(), onEnd: handlers.onEnd }),
        address: writeAddress({ host: hostname(), pid: process.pid, runs }),
        ...{ version: FORMAT, clock, random, log, endProcess },
      }),
    difference: () => clockDifference(db, { clock }),
    ...{ clock, log },
  });
  const { duties, epochOf } = withEpochs(shared);
  const statuses = openPostgresStatuses<ServerStatus>(db, { clock, log, epochOf: (name) => epochOf(`server:${name}`) });
  // Whoever takes a server over knows until when it was watched.
  await statuses.exchange();
  return {
    ...{ ledger, presence: createPostgresPresence(db), statuses, secrets, duties, taken: hold.taken },
    clockState: shared.clockState,
    inspection: inspectOpenSharedLedger(ledger, {
      clockDifference: () => clockDifference(db, { clock }),
      waitsForStandbys: () => waitsForStandbys(db),
      otherwiseConfigured: () => readOtherwiseConfigured(db, runs),
    }),
    async close() {
      statuses.close();
      await ledger.close();
      hint.close();
      hold.release();
      await withTimeout(clock, CLOSE_TIMEOUT, db.close());
    },
  };
}

/** With the number of each duty's newest term in this process; 0 = there was none. `run` throws OperatorError if the database fails it. */
function withEpochs(duties: Duties): { readonly duties: Duties; epochOf(name: DutyName): number } {
  const epochs = new Map<DutyName, number>();
  return {
    duties: {
      async run(given) {
        const counted = given.map((duty) => ({
          ...duty,
          work(term: Term) {
            epochs.set(duty.name, term.epoch);
            return duty.work(term);
          },
        }));
        await duties.run(counted).catch((error: unknown) => {
          throw postgresFault(error);
        });
      },
      close: duties.close,
    },
    epochOf: (name) => epochs.get(name) ?? 0,
  };
}
