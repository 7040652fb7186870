import { performance } from "node:perf_hooks";
import type { Clock } from "../../playground/clock.ts";
import { isInTransit } from "./in-transit.ts";

export interface TurnClock extends Clock {
  /** Lets time pass; the returned function stops it again, once all who let it pass have called theirs. */
  run(): () => void;
  isRunning(): boolean;
  /**
   * Fulfilled when something may have happened: soon after an event or a timer, or at the tenth turn without either. Not after each
   * turn: who waits so looks around each time.
   */
  moved(): Promise<void>;
}

/** Where time begins: a Monday morning in UTC, so that no test depends on the day on which it runs. */
const BEGIN = Date.UTC(2026, 10, 2, 9, 0, 0);

/** After so many turns without an event or a timer, what takes several turns by itself is over too. */
const IDLE_TURNS = 10;
/** While turns have events, those who wait are told after so many. */
const BUSY_TURNS = 4;

/**
 * A clock that goes on by `step` ms for each turn of this process's event loop. Drydock, the stand-ins and the test share
 * it, so a slow machine has slow time and not lost time: what needs ten turns takes as long in it on any machine.
 * While they all wait for nothing but the time, it goes on to the next timer at once.
 */
export function createTurnClock(step: number, begin = BEGIN): TurnClock {
  const timers = new Timers();
  let now = begin;
  let running = 0;
  let scheduled = false;
  let events = 0;
  let idleTurns = 0;
  let untold = 0;
  const waiting: (() => void)[] = [];

  function turn(): void {
    scheduled = false;
    if (running === 0) return;
    now = Math.max(now + step, Math.ceil((isIdle() && timers.next()) || 0));
    for (let task = timers.due(now); task; task = timers.due(now)) {
      idleTurns = 0;
      task();
    }
    untold += 1;
    if (idleTurns === 0 ? untold >= BUSY_TURNS : idleTurns % IDLE_TURNS === 0) tell();
    schedule();
  }

  function tell(): void {
    untold = 0;
    for (const resolve of waiting.splice(0)) resolve();
  }

  function isIdle(): boolean {
    const before = events;
    events = performance.nodeTiming.uvMetricsInfo.events;
    idleTurns = events === before ? idleTurns + 1 : 0;
    return idleTurns > IDLE_TURNS && !isInTransit();
  }

  function schedule(): void {
    if (scheduled || running === 0) return;
    scheduled = true;
    setImmediate(turn);
  }

  return {
    now: () => now,
    monotonic: () => now - begin,
    after: (ms, task) => timers.add(now + Math.max(0, ms), task),
    isRunning: () => running > 0,
    moved: () => new Promise((resolve) => waiting.push(resolve)),
    run() {
      running += 1;
      schedule();
      let stopped = false;
      return () => {
        if (!stopped) running -= 1;
        stopped = true;
      };
    },
  };
}

interface Timer {
  readonly at: number;
  readonly order: number;
  task: (() => void) | undefined;
}

/** Timers in the order in which they are due: a binary heap. */
class Timers {
  readonly #heap: Timer[] = [];
  #count = 0;

  add(at: number, task: () => void): () => void {
    const timer: Timer = { at, order: this.#count++, task };
    this.#heap.push(timer);
    this.#up(this.#heap.length - 1);
    return () => {
      timer.task = undefined;
    };
  }

  /** When the next one is due. */
  next(): number | undefined {
    while (this.#heap[0] && !this.#heap[0].task) this.#removeFirst();
    return this.#heap[0]?.at;
  }

  /** Takes out the first task that is due. */
  due(now: number): (() => void) | undefined {
    const at = this.next();
    return at !== undefined && at <= now ? this.#removeFirst()?.task : undefined;
  }

  #removeFirst(): Timer | undefined {
    const [first] = this.#heap;
    const last = this.#heap.pop();
    if (last && last !== first) {
      this.#heap[0] = last;
      this.#down(0);
    }
    return first;
  }

  #before(a: number, b: number): boolean {
    const [x, y] = [this.#heap[a], this.#heap[b]];
    return x !== undefined && y !== undefined && (x.at < y.at || (x.at === y.at && x.order < y.order));
  }

  #swap(a: number, b: number): void {
    const [x, y] = [this.#heap[a], this.#heap[b]];
    if (x && y) [this.#heap[a], this.#heap[b]] = [y, x];
  }

  #up(from: number): void {
    for (let at = from, parent = (at - 1) >> 1; at > 0 && this.#before(at, parent); at = parent, parent = (at - 1) >> 1)
      this.#swap(at, parent);
  }

  #down(from: number): void {
    for (let at = from; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const first = this.#before(right, left) ? right : left;
      if (!this.#before(first, at)) return;
      this.#swap(at, first);
      at = first;
    }
  }
}
