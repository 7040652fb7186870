/** Lets everybody else have their turn while something large is worked through. */
export interface Pace {
  /** Counts work that was done: a promise where others go first now. */
  spend(units: number): Promise<void> | undefined;
}

/** About one comparison of two characters is a unit: this many take a few ms. */
export const MAX_UNITS = 100_000;

/** @param others resolves when everybody else had their turn. */
export function createPace(others: () => Promise<void> = () => new Promise((resolve) => setImmediate(resolve))): Pace {
  let spent = 0;
  let turn: Promise<void> | undefined;
  return {
    spend(units) {
      // Whoever works beside the one that gave way gives way too.
      if (turn !== undefined) return turn;
      spent += units;
      if (spent < MAX_UNITS) return undefined;
      spent = 0;
      turn = others().finally(() => {
        turn = undefined;
      });
      return turn;
    },
  };
}
