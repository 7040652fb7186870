/** What both clocks show at one moment, in ms. */
export interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

/** How far the wall clock may move away from the monotonic one before that counts as a jump, in ms. Time servers correct less at a time. */
const MIN_JUMP = 5_000;

/**
 * How far the wall clock has jumped between two moments of one process, in ms; 0 if it has not. A machine that slept shows as a jump
 * too if its monotonic clock stood still.
 */
export function jumpBetween(before: Moment, after: Moment): number {
  const jumped = after.wall - before.wall - (after.monotonic - before.monotonic);
  return Math.abs(jumped) > MIN_JUMP ? Math.round(jumped) : 0;
}
