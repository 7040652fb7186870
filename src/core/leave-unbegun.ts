import { aborted } from "./aborted.ts";
import type { Duty } from "./duties.ts";

/**
 * A duty whose term does not wait, once it ends, for work that has not begun: that may wait for a ledger that does not answer, for longer
 * than an end may take. The work has to look whether its term has ended before it begins.
 */
export function leaveUnbegun(duty: Duty): Duty {
  return {
    ...duty,
    work: (term) =>
      new Promise((resolve, reject) => {
        let isBegun = false;
        function progress(): void {
          isBegun = true;
          term.progress();
        }
        duty.work({ ...term, progress }).then(resolve, reject);
        void aborted(term.signal).then(() => isBegun || resolve());
      }),
  };
}
