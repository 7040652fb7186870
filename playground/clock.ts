/** Time as the stand-ins see it, and a Drydock that runs in the same process. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `task` once after `ms`; the returned function cancels it. */
  after(ms: number, task: () => void): () => void;
}

/** The machine's time, `speed` times as fast from now on. Its timers do not keep the process alive. */
export function scaledClock(speed: number): Clock {
  const from = Date.now();
  return {
    now: () => Math.round(from + (Date.now() - from) * speed),
    after(ms, task) {
      const timer = setTimeout(task, ms / speed).unref();
      return () => clearTimeout(timer);
    },
  };
}

export const wallClock: Clock = scaledClock(1);

export function delay(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}
