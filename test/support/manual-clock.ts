import type { Clock } from "../../src/core/ports.ts";

export interface ManualClock extends Clock {
  advance(ms: number): Promise<void>;
  /** Somebody sets the machine's clock: only what people call the time changes. */
  jump(ms: number): void;
  /** The machine sleeps. Time passes around it and no timer runs. Its monotonic clock goes on, or stands still. */
  sleep(ms: number, monotonic: "goes-on" | "stands-still"): void;
  /** Ms since 1970 as they really are, whatever the machine's clock says. */
  real(): number;
}

/** Not where its monotonic time begins, so that code which mixes the two fails. */
const BEGIN = Date.UTC(2026, 10, 2, 9, 0, 0);

/** A clock that goes only when it is told to. Timers follow the monotonic time, as Node's do. */
export function manualClock(start = BEGIN): ManualClock {
  let monotonic = 0;
  let slept = 0;
  let jumped = 0;
  const timers = new Set<{ at: number; task: () => void }>();

  /** The first of those that are due soonest. */
  function next() {
    let first: { at: number; task: () => void } | undefined;
    for (const timer of timers) if (!first || timer.at < first.at) first = timer;
    return first;
  }

  const real = () => start + monotonic + slept;
  return {
    real,
    now: () => real() + jumped,
    monotonic: () => monotonic,
    jump(ms) {
      jumped += ms;
    },
    sleep(ms, how) {
      if (how === "goes-on") monotonic += ms;
      else slept += ms;
    },
    after(ms, task) {
      // Like a real timer, it is never due at once: the last fraction of a wait may be too small to be added.
      const at = monotonic + ms;
      const timer = { at: ms > 0 && at === monotonic ? monotonic + 1 : at, task };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const end = monotonic + ms;
      // Drydock writes some things at the end of the event loop's turn. The first turn may end this wait before it ends theirs.
      await endOfTurn();
      await endOfTurn();
      for (let timer = next(); timer && timer.at <= end; timer = next()) {
        timers.delete(timer);
        monotonic = Math.max(monotonic, timer.at);
        timer.task();
        await settled();
      }
      // The machine may have slept meanwhile.
      monotonic = Math.max(monotonic, end);
      await endOfTurn();
    },
  };
}

function endOfTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Fulfilled once every promise has done what it can do without the world outside: cheaper than a turn of the event loop. */
function settled(): Promise<void> {
  return Promise.resolve().then(() => new Promise((resolve) => process.nextTick(resolve)));
}
