import type { Clock } from "../core/ports.ts";
import type { ServerStatus, ServerStatuses } from "../servers/server-status.ts";

/** How often a status is published that does not change, in ms: so that others see that somebody watches. */
const HEARTBEAT = 5_000;
/** The least time from one to the next, in ms. */
const MIN_GAP = 1_000;

/** Publishes how a server is: on change, at most once a second, and again and again while nothing changes. */
export interface StatusPublisher {
  /** Something may have changed. */
  look(): void;
  stop(): void;
}

export function createStatusPublisher(
  read: () => Omit<ServerStatus, "at">,
  { statuses, clock }: { readonly statuses: ServerStatuses; readonly clock: Clock },
): StatusPublisher {
  let shown: string | undefined;
  let publishedAt = Number.NEGATIVE_INFINITY;
  let cancel = () => {};

  function look(): void {
    cancel();
    const now = clock.monotonic();
    const status = read();
    const drawn = JSON.stringify(status);
    if (now - publishedAt >= (drawn === shown ? HEARTBEAT : MIN_GAP)) {
      shown = drawn;
      publishedAt = now;
      statuses.publish({ ...status, at: clock.now() });
    }
    cancel = clock.after((drawn === shown ? HEARTBEAT : MIN_GAP) - (now - publishedAt), look);
  }

  return { look, stop: () => cancel() };
}
