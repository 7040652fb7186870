import { LedgerUnwritable, type Log } from "./ports.ts";

/** The same log, in which a ledger that cannot be written makes one line when that begins and one when it is over. */
export function logUnwritable(log: Log): { readonly log: Log; look(unwritable: string | undefined): void } {
  let before: string | undefined;
  return {
    log: {
      debug: (fields, message) => log.debug(fields, message),
      info: (fields, message) => log.info(fields, message),
      warn: (fields, message) => log.warn(fields, message),
      error(fields, message) {
        if (!("error" in fields && fields.error instanceof LedgerUnwritable)) log.error(fields, message);
      },
    },
    look(unwritable) {
      if (unwritable === before) return;
      before = unwritable;
      if (unwritable === undefined) log.info({}, "the ledger can be written again");
      else log.error({ reason: unwritable }, "nothing begins until the ledger can be written");
    },
  };
}
