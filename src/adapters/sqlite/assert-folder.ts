import { accessSync, constants, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { OperatorError } from "../../core/ports.ts";

/** Throws OperatorError if no ledger can be written where the configuration says. */
export function assertFolder(file: string): void {
  const folder = dirname(file);
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) throw new OperatorError(`The ledger's folder ${folder} does not exist. Create it: mkdir -p ${folder}`);
  if (!found.isDirectory())
    throw new OperatorError(`The ledger's folder ${folder} is a file. Change ledger.file in the configuration.`);
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory())
    throw new OperatorError(
      `The ledger ${file} is a folder. Name a file in it, e.g. ledger.file: ${join(file, "drydock.db")}`,
    );
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch {
    throw new OperatorError(
      `Drydock may not write into the ledger's folder ${folder}. Give its user that right, or change ledger.file in the configuration.`,
    );
  }
}
