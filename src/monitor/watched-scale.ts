/**
 * A scale of time that only counts what was watched, in ms since it began. A gap between two looks counts up to a limit, so a
 * machine that slept, or a server that was away, makes nothing late. All times that it takes are monotonic.
 */
export interface WatchedScale {
  /** Somebody looked. */
  looked(at: number): void;
  /** How much was watched by then. */
  at(time: number): number;
  /** Whether every gap was within the limit. */
  readonly unbroken: boolean;
}

export function createWatchedScale(begin: number, longestGap: () => number): WatchedScale {
  let sum = 0;
  let last = begin;
  let unbroken = true;

  return {
    looked(at) {
      if (at <= last) return;
      const gap = at - last;
      const limit = longestGap();
      if (gap > limit) unbroken = false;
      sum += Math.min(gap, limit);
      last = at;
    },
    at: (time) => (time <= last ? sum : sum + Math.min(time - last, longestGap())),
    get unbroken() {
      return unbroken;
    },
  };
}
