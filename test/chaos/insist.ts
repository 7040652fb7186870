import { until } from "../../playground/trial.ts";

/** How long a person waits for an answer before the next try, in ms, and how often they try. */
const TRY = 15_000;
const TRIES = 20;

/** Does something, again and again if it has no effect: on a loaded machine Drydock's calls may run out of time, and people try again. */
export async function insist(what: string, act: () => void, look: () => unknown): Promise<void> {
  for (let left = TRIES; ; left -= 1) {
    act();
    try {
      await until(what, () => Boolean(look()), TRY);
      return;
    } catch (error) {
      if (left === 1) throw error;
    }
  }
}
