const FIRST = 30_000;
const MIN = 1_000;
const MAX = 10 * 60_000;

/** A server that puts one attempt off more often than this has refused it. */
export const MAX_POSTPONEMENTS = 20;

/**
 * How long an attempt waits that the server has put off, in ms.
 * @param asked what the server asked for; left out = longer each time. @param before how often it was put off before.
 */
export function waitFor(asked: number | undefined, before: number): number {
  return Math.min(MAX, Math.max(MIN, asked ?? FIRST * 2 ** Math.min(before, 10)));
}
