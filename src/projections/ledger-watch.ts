import type { Clock, Log } from "../core/ports.ts";
import type { Projections } from "./projections.ts";

/** From one look whether the ledger can be written again to the next, in ms. */
const CHECK = 1_000;
/** For how long nothing begins once it can, in ms: a Pause or Stop that people were promised is written first. */
const HOLD = 5_000;

/** Watches whether the ledger can be written, and says so in the log. */
export interface LedgerWatch {
  /** Whether it can be written again only since a moment ago: nothing begins yet. */
  isWritableAgain(): boolean;
  stop(): void;
}

export function createLedgerWatch({
  projections,
  clock,
  log,
}: {
  readonly projections: Projections;
  readonly clock: Clock;
  readonly log: Log;
}): LedgerWatch {
  let writableSince = Number.NEGATIVE_INFINITY;
  let cancel = () => {};

  function look(): void {
    cancel();
    cancel = clock.after(CHECK, () => {
      void projections.check().then(() => {
        if (projections.unwritable !== undefined) look();
      });
    });
  }

  const ignore = projections.onWritable((unwritable) => {
    cancel();
    if (unwritable === undefined) {
      writableSince = clock.monotonic();
      log.info({}, "the ledger can be written again");
    } else {
      log.error({ reason: unwritable }, "nothing begins until the ledger can be written");
      look();
    }
  });

  return {
    isWritableAgain: () => projections.unwritable === undefined && clock.monotonic() - writableSince < HOLD,
    stop() {
      ignore();
      cancel();
    },
  };
}
