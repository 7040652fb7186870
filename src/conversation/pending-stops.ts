import type { Clock, Log } from "../core/ports.ts";
import { LedgerUnwritable } from "../model/ledger-port.ts";
import { resumesWhenApproved } from "../model/rollout/request.ts";
import type { RolloutEvent } from "../model/rollout/rollout-events.ts";
import type { Projections } from "../projections/projections.ts";
import { rolloutById } from "../projections/rollout-by-id.ts";

/** From one attempt to write them down to the next, in ms. Monitors begin nothing for longer than that once the ledger can be written. */
const RETRY = 1_000;

/** Pauses and stops that could not be written down: they are kept, and written as soon as they can be. */
export interface PendingStops {
  /** Keeps it in memory. */
  keep(rollout: string, who: Halter, event: RolloutEvent): void;
  stop(): void;
}

/** Whose it is, and by which call. */
export interface Halter {
  readonly actor: string;
  readonly callId?: string | undefined;
}

export function createPendingStops({
  projections,
  clock,
  log,
}: {
  readonly projections: Projections;
  readonly clock: Clock;
  readonly log: Log;
}): PendingStops {
  const kept = new Map<string, { readonly who: Halter; readonly event: RolloutEvent }>();
  let cancel = () => {};
  let isStopped = false;

  async function flush(): Promise<void> {
    const now = [...kept];
    await projections.change(() =>
      now.flatMap(([id, { who, event }]) => {
        const rollout = rolloutById(projections, id);
        if (!rollout) return [];
        const { status } = rollout;
        const isStop = event.type === "rollout.stopped" && status === "paused";
        return status === "running" || isStop || resumesWhenApproved(rollout)
          ? [{ stream: `rollout.${id}`, ...who, events: [event] }]
          : [];
      }),
    );
    for (const [id, entry] of now) if (kept.get(id) === entry) kept.delete(id);
  }

  function later(): void {
    cancel();
    if (isStopped) return;
    cancel = clock.after(RETRY, () => {
      void flush()
        .catch((error: unknown) => {
          if (!(error instanceof LedgerUnwritable)) log.error({ error }, "a pause or stop could not be written down");
        })
        .finally(() => {
          if (kept.size > 0) later();
        });
    });
  }

  return {
    keep(rollout, who, event) {
      // A stop is for good: what is said after it does not take it back.
      if (kept.get(rollout)?.event.type !== "rollout.stopped") kept.set(rollout, { who, event });
      later();
    },
    stop() {
      isStopped = true;
      cancel();
    },
  };
}
