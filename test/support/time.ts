import { until as untilOn } from "../../playground/trial.ts";
import { createTurnClock } from "./turn-clock.ts";

/** Ms of a turn. Slack waits 3 s for an answer, which is 600 turns: an answer of Drydock takes about twenty. */
const STEP = 5;
/** No condition is waited for longer, in ms of the clock that goes. */
const TURN_LIMIT = 3 * 60 * 60_000;
export const WALL_LIMIT = 500_000;

/** The time of this test file's trials in this process. */
export const clock = createTurnClock(STEP);

/** Waits until something is true; fails with what it waited for. By the turn clock while a trial lets it run, else by the machine's. */
export async function until<T>(
  what: string | (() => string),
  look: () => T | undefined | false,
  wallLimit = WALL_LIMIT,
): Promise<T> {
  if (!clock.isRunning()) return untilOn(what, look, wallLimit);
  const end = clock.now() + TURN_LIMIT;
  for (;;) {
    const found = look();
    if (found) return found;
    if (clock.now() > end)
      throw new Error(
        `Waited ${TURN_LIMIT / 60_000} simulated minutes in vain: ${typeof what === "string" ? what : what()}`,
      );
    await clock.moved();
  }
}
