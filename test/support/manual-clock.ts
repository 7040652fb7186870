import type { Clock } from "../../src/app/ports.ts";

/** A clock that goes only when it is told to. */
export function manualClock(start = 0): Clock & { advance(ms: number): Promise<void> } {
  let now = start;
  const timers = new Set<{ at: number; task: () => void }>();

  /** The first of those that are due soonest. */
  function next() {
    let first: { at: number; task: () => void } | undefined;
    for (const timer of timers) if (!first || timer.at < first.at) first = timer;
    return first;
  }

  return {
    now: () => now,
    monotonic: () => now - start,
    after(ms, task) {
      const timer = { at: now + ms, task };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const end = now + ms;
      await new Promise((resolve) => setImmediate(resolve));
      for (let timer = next(); timer && timer.at <= end; timer = next()) {
        timers.delete(timer);
        now = Math.max(now, timer.at);
        timer.task();
        await settled();
      }
      now = end;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

/** Fulfilled once every promise has done what it can do without the world outside: cheaper than a turn of the event loop. */
function settled(): Promise<void> {
  return Promise.resolve().then(() => new Promise((resolve) => process.nextTick(resolve)));
}
