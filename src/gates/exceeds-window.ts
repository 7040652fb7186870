import { count } from "../core/format.ts";
import { moment } from "../core/moment.ts";
import type { Sentence } from "../core/sentence.ts";
import type { Policy } from "../model/policy.ts";
import { closing, longestOpening } from "../model/windows.ts";

/** Whether an upgrade that is expected to take so long (ms) is over before the windows that are open now close. */
export function fitsWindow({ windows }: Policy, now: number, ms: number): boolean {
  const closes = closing(windows, now);
  return closes === undefined || now + ms <= closes;
}

/** What is said while upgrades wait because they would outrun the window; undefined where none does. */
export function exceedsWindowWords(policy: Policy, now: number, waiting: readonly number[]): Sentence | undefined {
  const long = waiting.filter((ms) => !fitsWindow(policy, now, ms));
  const closes = closing(policy.windows, now);
  if (long.length === 0 || closes === undefined || closes <= now) return undefined;
  const which =
    long.length === waiting.length
      ? "No more upgrades start in this window"
      : `${long.length} of the ${waiting.length} that wait do not start in this window`;
  const then = whenLong(policy, now, long);
  return [`${which}: it closes `, moment(closes), `, and they would probably not finish by then. ${then}`];
}

function whenLong({ windows }: Policy, now: number, long: readonly number[]): string {
  const longest = longestOpening(windows, now);
  const never = long.filter((ms) => ms > longest).length;
  if (never === 0) return "They start in the next window.";
  const rest = never === long.length ? "" : " The others start in the next one.";
  return `${count(never, "upgrade takes", "upgrades take")} longer than any window and cannot start: that requires a longer window.${rest}`;
}
