import type { Clock } from "./clock.ts";

/** Ms of a turn. Slack waits 3 s for an answer, which is 150 turns; Drydock needs about twenty. */
const STEP = 20;
/** From one look at the machine's time to the next, in ms: a look each ms would keep the processor busy for a tenth of the time. */
const LOOK = 5;
/** How far it may be behind its pace and still catch up, in ms of the clock: a machine that slept does not race afterwards. */
const MAX_BEHIND = 30_000;

interface Timer {
  readonly at: number;
  readonly task: () => void;
}

export interface PacedClock extends Clock {
  /** It goes as fast as this from now on, and does not catch up. */
  setSpeed(times: number): void;
  stop(): void;
}

/**
 * A clock that goes `initialSpeed` times as fast as the machine's, but never more than one step for each turn of this process's
 * event loop. Everything that shares it in the process has the same time to answer on any machine.
 */
export function createPacedClock(initialSpeed: number): PacedClock {
  let speed = initialSpeed;
  const timers = new Set<Timer>();
  const begin = Date.now();
  let now = begin;
  let earliest = Number.POSITIVE_INFINITY;
  let behind = 0;
  let looked = performance.now();
  let stopped = false;

  function turn(): void {
    if (stopped) return;
    const real = performance.now();
    behind = Math.min(MAX_BEHIND, behind + (real - looked) * speed);
    looked = real;
    if (behind < STEP) {
      setTimeout(turn, LOOK);
      return;
    }
    behind -= STEP;
    now += STEP;
    if (now >= earliest) runDue();
    setImmediate(turn);
  }

  function runDue(): void {
    const due = [...timers].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
    for (const timer of due) if (timers.delete(timer)) timer.task();
    earliest = Math.min(...[...timers].map(({ at }) => at));
  }

  turn();
  return {
    now: () => now,
    monotonic: () => now - begin,
    after(ms, task) {
      const timer = { at: now + Math.max(0, ms), task };
      timers.add(timer);
      earliest = Math.min(earliest, timer.at);
      return () => void timers.delete(timer);
    },
    setSpeed(times) {
      speed = times;
      behind = 0;
    },
    stop() {
      stopped = true;
    },
  };
}
