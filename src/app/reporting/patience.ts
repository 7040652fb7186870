import type { Clock } from "../ports.ts";

/** The longest pause after a failure, in ms. */
const LONGEST = 30_000;
const FIRST = 1_000;
/** From one line in the log about the same trouble to the next, in ms: an outage of hours must not fill a disk. */
const SAID_AGAIN = 10 * 60_000;

/** With what Slack could not be told: how long to leave it, longer after each failure, and whether to say so once more. */
export interface Patience {
  /** Whether it may be tried now. */
  allows(key: string): boolean;
  /** It has failed: whether that is worth a line. */
  failed(key: string): boolean;
  worked(key: string): void;
}

export function createPatience({ clock }: { readonly clock: Clock }): Patience {
  const troubles = new Map<string, { readonly pause: number; readonly until: number; readonly saidAt: number }>();

  return {
    allows: (key) => clock.now() >= (troubles.get(key)?.until ?? 0),
    failed(key) {
      const now = clock.now();
      const before = troubles.get(key);
      const pause = Math.min(LONGEST, before ? before.pause * 2 : FIRST);
      const says = before === undefined || now - before.saidAt >= SAID_AGAIN;
      troubles.set(key, { pause, until: now + pause, saidAt: says ? now : (before?.saidAt ?? now) });
      return says;
    },
    worked: (key) => void troubles.delete(key),
  };
}
