import { readLedgerKey } from "./adapters/sqlite/key.ts";
import type { Config } from "./config/config.ts";
import { OperatorError } from "./core/ports.ts";

/** The key of a ledger in a database: the environment's, else the key file of the ledger that was moved there. Throws OperatorError. */
export function sharedLedgerKey({ file, key }: Config["ledger"]): Buffer {
  const found = key ? Buffer.from(key.reveal()) : readLedgerKey({ file, fromEnvironment: undefined });
  if (found) return found;
  throw new OperatorError(
    "A ledger in PostgreSQL needs its key from the environment. Set DRYDOCK_LEDGER_KEY to what openssl rand -hex 32 printed once.",
  );
}
