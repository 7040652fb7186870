import type { Ledger, Log } from "../../app/ports.ts";
import { type KeySource, keyFileOf, makeKeyFile, readLedgerKey } from "./key.ts";
import { assertFolder } from "./ledger-folder.ts";
import { openSqliteLedger } from "./sqlite.ts";

/** Opens the ledger with its key. The first start makes both. Throws OperatorError. */
export function openLedger(source: KeySource & { readonly log: Log }): Ledger {
  const { file, log } = source;
  assertFolder(file);
  const key = readLedgerKey(source) ?? firstKey(file, log);
  return openSqliteLedger({ file, key, log });
}

function firstKey(file: string, log: Log): Buffer {
  const key = makeKeyFile(file);
  log.warn(
    { path: keyFileOf(file) },
    "made a key file for the ledger: keep a copy of it in a safe place, apart from backups of the ledger",
  );
  return key;
}
