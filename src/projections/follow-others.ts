import type { Clock, Log } from "../core/ports.ts";
import type { Ledger } from "../model/ledger-port.ts";
import type { Projections } from "./projections.ts";

/** After a failure, in ms. */
const PAUSE = 1_000;

/** Folds what other processes write as soon as they have written it: whoever takes over a duty then has little to catch up with. */
export function followOthers(ports: {
  readonly ledger: Pick<Ledger, "follow">;
  readonly projections: Pick<Projections, "catchUp">;
  readonly clock: Clock;
  readonly log: Log;
}): { stop(): void } {
  const { ledger, projections, clock, log } = ports;
  let isBusy = false;
  let isStale = false;
  let isFailing = false;
  let isStopped = false;
  let cancel = () => {};

  async function catchUp(): Promise<void> {
    if (isStopped) return;
    cancel();
    isStale = true;
    if (isBusy) return;
    isBusy = true;
    try {
      while (isStale) {
        isStale = false;
        await projections.catchUp();
      }
      isFailing = false;
    } catch (error) {
      if (!isFailing) log.warn({ error }, "Drydock could not read what other processes wrote. It tries again");
      isFailing = true;
      if (!isStopped) cancel = clock.after(PAUSE, () => void catchUp());
    } finally {
      isBusy = false;
    }
  }

  const end = ledger.follow?.(() => void catchUp());
  return {
    stop() {
      isStopped = true;
      cancel();
      end?.();
    },
  };
}
