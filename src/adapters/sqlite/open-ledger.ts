import type { Clock, Log } from "../../core/ports.ts";
import type { Ledger } from "../../model/ledger-port.ts";
import { assertFolder } from "./assert-folder.ts";
import { checkAside } from "./check-aside.ts";
import { assertNotEmptied, createHintWriter } from "./hint.ts";
import { type KeySource, keyFileOf, makeKeyFile, readLedgerKey } from "./key.ts";
import { openSqliteLedger } from "./sqlite-ledger.ts";

interface LedgerSource extends KeySource {
  readonly clock: Clock;
  readonly log: Log;
  /** A person has accepted what the ledger lacks of what its hint recorded. */
  readonly accepted?: boolean;
  /** Which build of Drydock this is; left out: the ledger is checked as a whole before it is opened, and no snapshot is kept. */
  readonly build?: string | undefined;
}

/** Opens the ledger with its key, and keeps its hint. The first start makes all three. Throws OperatorError. */
export function openLedger(source: LedgerSource): Ledger {
  const { file, log, build, accepted = false } = source;
  assertFolder(file);
  if (!accepted) assertNotEmptied(file);
  const key = readLedgerKey(source) ?? firstKey(file, log);
  const hints = createHintWriter(file, source);
  const ledger = openSqliteLedger({ file, key, log, accepted, build, checkAside, onEnd: hints.noted });
  return {
    ...ledger,
    async close() {
      hints.close();
      await ledger.close();
    },
  };
}

function firstKey(file: string, log: Log): Buffer {
  const key = makeKeyFile(file);
  log.warn(
    { path: keyFileOf(file) },
    "made a key file for the ledger: keep a copy of it in a safe place, apart from backups of the ledger",
  );
  return key;
}
