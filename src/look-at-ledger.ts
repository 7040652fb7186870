import type { KeySource } from "./adapters/sqlite/key.ts";
import { ledgerHolder } from "./adapters/sqlite/lock.ts";
import { readLedger } from "./adapters/sqlite/read-ledger.ts";
import { readStatuses } from "./adapters/sqlite/read-statuses.ts";
import { BUILD } from "./build.ts";
import type { Look } from "./cli/cli-ports.ts";
import type { Clock, Random } from "./core/ports.ts";
import { readArchivings } from "./features/audit/read-archivings.ts";
import { openProjections } from "./projections/projections.ts";
import type { ServerStatus } from "./servers/server-status.ts";

/** Reads the ledger and the published statuses beside the bot, whether it runs or not. Throws OperatorError. */
export async function lookAtLedger(
  source: KeySource,
  ports: { readonly clock: Clock; readonly random: Random },
): Promise<Look> {
  const ledger = readLedger({ ...source, build: BUILD });
  try {
    const projections = await openProjections(ledger, ports);
    const statuses = readStatuses<ServerStatus>(`${source.file}.status`, ports);
    const archivings = () => readArchivings(ledger);
    return { projections, statuses, holder: ledgerHolder(source.file), archivings, close: () => ledger.close() };
  } catch (error) {
    await ledger.close();
    throw error;
  }
}
