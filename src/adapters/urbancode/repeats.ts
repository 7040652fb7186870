import { AT_ONCE } from "../../model/deploy-server.ts";
import type { ServerFault } from "../../model/server/server-fault.ts";

const TRIES = 3;
/** As many as all reads that may be under way at once take. */
const MAX_IN_A_ROW = AT_ONCE * TRIES;

/** Whether a read that failed is tried again: not while the server fails every request, since that would only add to its load. */
export interface Repeats {
  /** @param fault of this try, the first being 1; undefined: it was answered. */
  after(attempt: number, fault: ServerFault | undefined): boolean;
}

export function createRepeats(): Repeats {
  let inARow = 0;
  return {
    after(attempt, fault) {
      const failed = fault === "failing" || fault === "unreachable";
      inARow = failed ? inARow + 1 : 0;
      return failed && attempt < TRIES && inARow <= MAX_IN_A_ROW;
    },
  };
}
