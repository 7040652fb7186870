import type { Clock } from "./ports.ts";

const FIRST = 1_000;
const MAX_LENGTH = 30_000;

/** When what has failed is tried again: later after each failure in a row. */
export interface Backoff {
  /** Whether it may be tried now. */
  allows(key: string): boolean;
  /** @param first the pause after the first failure in a row, in ms. */
  failed(key: string, first?: number): void;
  worked(key: string): void;
  /** Whether its last try failed. */
  isFailing(key: string): boolean;
}

export function createBackoff({ clock }: { readonly clock: Clock }): Backoff {
  const failing = new Map<string, { readonly failures: number; readonly until: number }>();
  return {
    allows: (key) => clock.monotonic() >= (failing.get(key)?.until ?? Number.NEGATIVE_INFINITY),
    failed(key, first = FIRST) {
      const failures = (failing.get(key)?.failures ?? 0) + 1;
      failing.set(key, { failures, until: clock.monotonic() + pauseAfter(failures, first) });
    },
    worked: (key) => void failing.delete(key),
    isFailing: (key) => failing.has(key),
  };
}

/** The pause after so many failures in a row, in ms: `first`, then twice as long each time, up to half a minute or `max`. */
export function pauseAfter(failures: number, first: number, max = MAX_LENGTH): number {
  return failures === 0 ? 0 : Math.min(Math.max(first, max), first * 2 ** (failures - 1));
}
