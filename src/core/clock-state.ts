/** How this machine's clock and another one go together: they `differ` so much that a person should know it, or one of them is `wrong`. */
export type ClockState = "right" | "differs" | "wrong";

/** In ms. Duties are counted by the database's clock alone, so this is about what people read. */
const MAX_DIFFERENCE = 2_000;
/** In ms. Schedules, windows and freezes go by this machine's clock: with such a difference it starts nothing. */
const WRONG = 10_000;

/** @param ms by which they differ, in either direction. */
export function clockStateOf(ms: number): ClockState {
  const apart = Math.abs(ms);
  if (apart >= WRONG) return "wrong";
  return apart > MAX_DIFFERENCE ? "differs" : "right";
}
