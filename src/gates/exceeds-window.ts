import { moment } from "../core/moment.ts";
import type { Sentence } from "../core/sentence.ts";
import type { Policy } from "../model/policy.ts";
import { closing } from "../model/windows.ts";

/** Whether an upgrade that is expected to take so long (ms) is over before the windows that are open now close. */
export function fitsWindow({ windows }: Policy, now: number, ms: number): boolean {
  const closes = closing(windows, now);
  return closes === undefined || now + ms <= closes;
}

/** What is said while upgrades wait because they would outrun the window; undefined where none does. */
export function exceedsWindowWords(policy: Policy, now: number, waiting: readonly number[]): Sentence | undefined {
  const long = waiting.filter((ms) => !fitsWindow(policy, now, ms)).length;
  const closes = closing(policy.windows, now);
  if (long === 0 || closes === undefined || closes <= now) return undefined;
  const which =
    long === waiting.length
      ? "No more upgrades start in this window"
      : `${long} of the ${waiting.length} that wait do not start in this window`;
  return [
    `${which}: it closes `,
    moment(closes),
    ", and they would probably not finish by then. They start in the next window.",
  ];
}
