import type { Log } from "../core/ports.ts";
import { DutyLost, LedgerUnwritable } from "../model/ledger-port.ts";

/**
 * The same log without an error for each write that fails while the ledger cannot be written, or after a duty has gone to another process:
 * that is said once, by the ledger's watch and by the duties.
 */
export function logUnwritable(log: Log): Log {
  function error(fields: object, message: string): void {
    const cause = "error" in fields ? fields.error : undefined;
    if (!(cause instanceof LedgerUnwritable || cause instanceof DutyLost)) log.error(fields, message);
  }
  return Object.create(log, { error: { value: error } });
}
