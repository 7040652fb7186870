import type { Line } from "../../core/view.ts";
import type { Progress } from "../../model/rollout/progress.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";

/** How a rollout ended, in the same words wherever it is said. */
export interface ResultWords {
  /** `✔` all, `◐` some, `✖` none, `■` stopped before all had begun. */
  readonly sign: string;
  /** `stopped, 6 of 13 upgraded` in a heading, which mentions no one. */
  readonly text: string;
  /** `stopped by @carol, 6 of 13 upgraded`. */
  readonly line: Line;
}

export function resultWords({ stoppedBy }: Pick<Rollout, "stoppedBy">, progress: Progress): ResultWords {
  const counts = countsOf(progress);
  if (stoppedBy !== undefined && progress.stopped > 0)
    return { sign: "■", text: `stopped, ${counts}`, line: ["stopped by ", { person: stoppedBy }, `, ${counts}`] };
  return { sign: signOf(progress), text: counts, line: [counts] };
}

function signOf({ verified, total, failed, unchanged }: Progress): string {
  if (verified === total) return "✔";
  return verified === 0 && failed + unchanged > 0 ? "✖" : "◐";
}

/** What was not begun is said by the number that was upgraded, and by the lines below. */
function countsOf({ verified, total, failed }: Progress): string {
  if (verified === total && total > 1) return `all ${total.toLocaleString("en")} upgraded`;
  if (verified === 0 && total > 0) return `none of ${total.toLocaleString("en")} upgraded`;
  const some = `${verified.toLocaleString("en")} of ${total.toLocaleString("en")} upgraded`;
  return failed > 0 ? `${some}, ${failed.toLocaleString("en")} failed` : some;
}
