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
  const counted = (time: number) => Math.min(Math.max(0, time - last), longestGap());

  return {
    looked(at) {
      if (at <= last) return;
      if (at - last > longestGap()) unbroken = false;
      sum += counted(at);
      last = at;
    },
    at: (time) => sum + counted(time),
    get unbroken() {
      return unbroken;
    },
  };
}
