/** How long an upgrade is expected to take before one has been measured. It is our own guess, because the vendor names no time. */
export const GUESSED_DURATION = 3 * 60_000;

/** The least time in which these durations (ms) fit into this many slots. */
export function lowerBound(durations: readonly number[], slots: number): number {
  const sum = durations.reduce((total, duration) => total + duration, 0);
  return Math.max(sum / slots, ...durations.slice(0, 50_000), 0);
}

/** How long it takes, in ms, if each of these durations begins as soon as one of this many slots is free, in this order. */
export function forecast(durations: readonly number[], slots: number): number {
  const busyUntil = new Array<number>(Math.max(1, slots)).fill(0);
  for (const duration of durations) {
    const first = busyUntil.indexOf(Math.min(...busyUntil));
    busyUntil[first] = (busyUntil[first] ?? 0) + duration;
  }
  return Math.max(...busyUntil);
}

/** The same for a rollout: its canaries go first, and the rest begins when they have been stable for so long. */
export function rolloutForecast(given: {
  readonly durations: readonly number[];
  readonly slots: number;
  readonly canaries: number;
  readonly stable: number;
}): number {
  const { durations, slots, canaries, stable } = given;
  const first = forecast(durations.slice(0, canaries), slots);
  const rest = durations.slice(canaries);
  return rest.length === 0 || canaries === 0 ? first + forecast(rest, slots) : first + stable + forecast(rest, slots);
}
