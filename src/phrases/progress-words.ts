import { moment } from "../core/moment.ts";
import type { Line } from "../core/view.ts";
import type { Progress } from "../model/rollout/progress.ts";
import { isScheduled } from "../model/rollout/request.ts";
import type { Rollout } from "../model/rollout/rollout.ts";

/** How a rollout ended, in the same words wherever it is said. */
export interface ResultWords {
  /** `✔` all that needed it, `◐` some, `✖` none, `■` stopped before all had begun. */
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

function signOf({ verified, notNeeded, total, failed, unchanged }: Progress): string {
  if (verified + notNeeded === total) return "✔";
  return verified === 0 && failed + unchanged > 0 ? "✖" : "◐";
}

/** What was not begun is said by the number that was upgraded, and by the lines below. */
function countsOf({ verified, notNeeded, total, failed, skipped }: Progress): string {
  if (total === 0) return "no agent was left to upgrade";
  if (notNeeded === total) return total === 1 ? "the agent did not need the upgrade" : "no agent needed the upgrade";
  if (verified === total && total > 1) return `all ${total.toLocaleString("en")} upgraded`;
  const some = `${verified === 0 ? "none" : verified.toLocaleString("en")} of ${total.toLocaleString("en")} upgraded`;
  if (failed > 0) return verified === 0 ? some : `${some}, ${failed.toLocaleString("en")} failed`;
  if (notNeeded > 0) return `${some}, ${notNeeded.toLocaleString("en")} did not need it`;
  return verified === 0 && skipped === total ? `${some}, all skipped` : some;
}

export function tally(progress: Progress): string {
  const said = [
    `${progress.verified.toLocaleString("en")} of ${progress.total.toLocaleString("en")} upgraded`,
    progress.external > 0 && `${progress.external} of them by someone else`,
    progress.failed > 0 && `${progress.failed} failed`,
    progress.unchanged > 0 && `${progress.unchanged} unchanged`,
    progress.skipped > 0 && `${progress.skipped} skipped`,
    progress.inFlight > 0 && `${progress.inFlight} in flight`,
    progress.waiting > 0 && `${progress.waiting.toLocaleString("en")} waiting`,
    progress.toReturn > 0 && `${progress.toReturn.toLocaleString("en")} waiting to come back`,
    progress.stopped > 0 && `${progress.stopped.toLocaleString("en")} not begun`,
  ];
  return `${said.filter((part) => part !== false).join(", ")}.`;
}

export function progressBar(percent: number): string {
  const full = Math.floor(percent / 5);
  return "█".repeat(full) + "░".repeat(20 - full);
}

/** When it starts; undefined where it is not scheduled. */
export function startWords(rollout: Rollout): Line | undefined {
  const { schedule } = rollout;
  return schedule && isScheduled(rollout) ? [moment(schedule.at)] : undefined;
}
