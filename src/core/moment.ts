/** A time in a sentence (ms since 1970). Slack shows it to every reader in their own zone; elsewhere it is UTC. */
export interface Moment {
  readonly at: number;
  /** The time alone, where the day is plain. */
  readonly form?: "time";
}

/** With its day: `today at 22:30`. */
export function moment(at: number): Moment {
  return { at };
}

/** Without its day: `22:30`. */
export function timeOfDay(at: number): Moment {
  return { at, form: "time" };
}

/** `2026-11-26 22:30 UTC`, or `22:30 UTC`. */
export function momentText({ at, form }: Moment): string {
  // What a ledger holds may be any number, and a date takes only some.
  const known = Math.abs(at) <= MAX_TIME ? at : 0;
  const [day = "", time = ""] = timestamp(known).slice(0, 16).split(" ");
  return `${form === "time" ? "" : `${day} `}${time} UTC`;
}

/** Four-digit years alone. */
const MAX_TIME = 250_000_000_000_000;

const utc = new Intl.DateTimeFormat("sv-SE", { timeZone: "UTC", dateStyle: "short", timeStyle: "medium" });

/** `2026-11-23 03:12:45`, in UTC, from milliseconds since 1970. */
export function timestamp(at: number): string {
  return utc.format(at);
}

/** `03:12:45`, with its day if that is not the day of `since`. */
export function timeAfter(since: number, at: number): string {
  const [day = "", time = ""] = timestamp(at).split(" ");
  return timestamp(since).startsWith(day) ? time : `${day} ${time}`;
}
