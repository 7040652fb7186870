import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { type Log, OperatorError } from "../../app/ports.ts";
import type { Secret } from "../../domain/secret.ts";
import { requireFolder } from "../sqlite-fault.ts";

/**
 * The key of the ledger's chain: from the environment, else from a key file beside the ledger, which is made (mode 0600)
 * when there is neither a key file nor a ledger yet.
 */
export function ledgerKey(source: {
  readonly fromEnvironment: string | undefined;
  readonly file: string;
  readonly log: Log;
}): Buffer {
  if (source.fromEnvironment !== undefined) return Buffer.from(source.fromEnvironment, "utf8");
  const path = `${source.file}.key`;
  if (!existsSync(path)) {
    if (existsSync(source.file)) {
      throw new OperatorError(
        `The ledger ${source.file} is there, but its key is not: set DRYDOCK_LEDGER_KEY, or put the key file back at ${path}.`,
      );
    }
    requireFolder(path);
    writeFileSync(path, `${randomBytes(32).toString("hex")}\n`, { mode: 0o600, flag: "wx" });
    source.log.warn(
      { path },
      "no DRYDOCK_LEDGER_KEY in the environment: made a key file beside the ledger; keep it apart from backups of the ledger",
    );
  }
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new OperatorError(`The key file ${path} can be read by others: expected mode 0600, e.g. chmod 600 ${path}`);
  }
  return Buffer.from(readFileSync(path, "utf8").trim(), "utf8");
}

/** The key of a ledger that exists. Throws OperatorError if there is none yet: neither it nor a key is made. */
export function existingLedgerKey(
  { file, key }: { readonly file: string; readonly key: Secret | undefined },
  log: Log,
): Buffer {
  if (!existsSync(file))
    throw new OperatorError(`There is no ledger at ${file} yet. The first start of Drydock makes it.`);
  return ledgerKey({ fromEnvironment: key?.reveal(), file, log });
}
