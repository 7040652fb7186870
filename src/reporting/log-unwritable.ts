import type { Log } from "../core/ports.ts";
import { LedgerUnwritable } from "../model/ledger-port.ts";

/** The same log without an error for each write that fails while the ledger cannot be written: that is said once, by the ledger's watch. */
export function logUnwritable(log: Log): Log {
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error(fields, message) {
      if (!("error" in fields && fields.error instanceof LedgerUnwritable)) log.error(fields, message);
    },
  };
}
