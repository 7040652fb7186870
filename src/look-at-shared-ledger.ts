import { openPostgresLedger } from "./adapters/postgres/postgres-ledger.ts";
import { openPostgresStatuses } from "./adapters/postgres/postgres-statuses.ts";
import { readReplicas } from "./adapters/postgres/read-replicas.ts";
import type { Look, RunningReplica } from "./cli/cli-ports.ts";
import { OperatorError, type Random } from "./core/ports.ts";
import { readArchivings } from "./features/audit/read-archivings.ts";
import { openExistingShared, type SharedLedger } from "./open-existing-shared.ts";
import { openProjections } from "./projections/projections.ts";
import type { ServerStatus } from "./servers/server-status.ts";
import { assertSharedHint } from "./shared-hint.ts";
import { sharedLedgerKey } from "./shared-ledger-key.ts";
import type { StorePorts } from "./stores.ts";

/** Reads the ledger in the database and the published statuses beside the replicas, whether any runs or not. Throws OperatorError. */
export async function lookAtSharedLedger(
  shared: SharedLedger,
  ports: StorePorts & { readonly random: Random },
): Promise<Look> {
  const key = sharedLedgerKey(shared);
  const { db, opened } = await openExistingShared(shared, ports, async (found) => {
    await assertSharedHint(found, shared.file);
    const replicas = await readReplicas(found);
    const statuses = openPostgresStatuses<ServerStatus>(found, ports);
    try {
      await statuses.exchange();
      const ledger = await openPostgresLedger(found, { key, clock: ports.clock });
      const projections = await openProjections(ledger, ports);
      return { projections, statuses, replicas, ledger };
    } catch (error) {
      statuses.close();
      throw error;
    }
  });
  const { projections, statuses, replicas, ledger } = opened;
  return {
    ...{ projections, statuses, replicas, holder: replicas.length > 0 ? undefined : null },
    archivings: () => readArchivings(ledger),
    async close() {
      statuses.close();
      await ledger.close();
      await db.close();
    },
  };
}

/** Why no replica answers on this host, and where one does. */
export async function whereToAsk(shared: SharedLedger, verb: string, ports: StorePorts): Promise<OperatorError> {
  const { db, opened: replicas } = await openExistingShared(shared, ports, readReplicas);
  await db.close();
  return new OperatorError(sentenceFor(replicas, verb));
}

function sentenceFor(replicas: readonly RunningReplica[], verb: string): string {
  if (replicas.length === 0)
    return `No replica of Drydock runs on the ledger in DATABASE_URL, so there is nothing to ${verb}. No upgrade starts while none runs.`;
  const talking = replicas.find(({ duties }) => duties.includes("slack"));
  if (!talking) return `No replica talks to Slack now, so none can ${verb}. Try again in a minute.`;
  return `No replica on this host talks to Slack. Process ${talking.pid} on ${talking.host} does: run the command there, as its user.`;
}
