import { LedgerUnwritable, type Log } from "./ports.ts";

/** The same log, in which a ledger that cannot be written makes one line when that begins and one when it is over. */
export function logUnwritable(log: Log): { readonly log: Log; look(unwritable: string | undefined): void } {
  let before: string | undefined;
  return {
    log: {
      debug: (facts, message) => log.debug(facts, message),
      info: (facts, message) => log.info(facts, message),
      warn: (facts, message) => log.warn(facts, message),
      error(facts, message) {
        if (!("error" in facts && facts.error instanceof LedgerUnwritable)) log.error(facts, message);
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
