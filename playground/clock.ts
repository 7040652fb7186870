/** Time as the stand-ins see it, and a Drydock that runs in the same process. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Ms since a moment of its own; it only goes forward. */
  monotonic(): number;
  /** Runs `task` once after `ms`; the returned function cancels it. */
  after(ms: number, task: () => void): () => void;
}

/** The machine's time. Its timers do not keep the process alive. */
export const wallClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms).unref();
    return () => clearTimeout(timer);
  },
};

export function delay(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}
