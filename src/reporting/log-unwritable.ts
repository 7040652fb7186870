import type { Log } from "../core/ports.ts";
import { DutyLost, LedgerUnwritable } from "../model/ledger-port.ts";

/**
 * The same log without an error for each write that fails while the ledger cannot be written, or after a duty has gone to another process:
 * that is said once, by the ledger's watch and by the duties.
 */
export function logUnwritable(log: Log): Log {
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error(fields, message) {
      const error = "error" in fields ? fields.error : undefined;
      if (!(error instanceof LedgerUnwritable || error instanceof DutyLost)) log.error(fields, message);
    },
  };
}
