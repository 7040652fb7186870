import type { Clock } from "../core/ports.ts";
import { isAway, ServerError } from "../model/deploy-server.ts";
import type { StatusCounts } from "../model/server/status-counts.ts";
import type { ManagedServer } from "../servers/managed-server.ts";

/** How long a server that does not report its counts is not asked for them again, in ms. */
const ASK_AGAIN = 10 * 60_000;

/** Reads the counts of statuses where the server reports them. */
export interface CountsReading {
  /** Undefined where the server does not report them. */
  read(signal: AbortSignal): Promise<StatusCounts | undefined>;
  /** Does not ask for them for a while. */
  pause(): void;
}

export function createCountsReading(server: ManagedServer, { clock }: { readonly clock: Clock }): CountsReading {
  let unreadUntil = Number.NEGATIVE_INFINITY;

  function pauseFor(ms: number): void {
    unreadUntil = clock.monotonic() + ms;
  }

  return {
    async read(signal) {
      if (clock.monotonic() < unreadUntil) return undefined;
      let pause = ASK_AGAIN;
      try {
        const counts = await server.urbancode.statuses(signal);
        if (counts.size > 0) return counts;
      } catch (error) {
        if (!(error instanceof ServerError) || isAway(error)) throw error;
        // Not for long: it answers to nothing then.
        if (error.fault === "failing") pause = server.watch.fleet;
      }
      pauseFor(pause);
      return undefined;
    },
    pause: () => pauseFor(ASK_AGAIN),
  };
}
