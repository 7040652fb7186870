import { createCache } from "./cache.ts";
import type { Clock } from "./ports.ts";

/** An outage of hours must not fill a disk; Slack sends nothing again after this time. */
const KEY_TTL = 10 * 60_000;

/** Tells what is new: a line of the log that was not written lately, a delivery that did not come before. */
export interface Once {
  /** Whether this key is new. It is not for the next ten minutes. */
  isNew(key: string): boolean;
  /** It is over: the next time it is new. */
  forget(key: string): void;
}

export function createOnce({ clock, max = 500 }: { readonly clock: Clock; readonly max?: number }): Once {
  const seen = createCache<true>({ clock, max, ttl: KEY_TTL });
  return {
    isNew(key) {
      if (seen.has(key)) return false;
      seen.set(key, true);
      return true;
    },
    forget: (key) => void seen.delete(key),
  };
}
