import { civilOf, MINUTE } from "../core/civil.ts";
import { DAYS } from "../core/days.ts";
import type { MaintenanceWindow, Policy } from "./policy.ts";

const QUARTER = 15 * MINUTE;
const WEEK = 7 * 24 * 60 * MINUTE;
/** What `closing` found last: it is asked before every upgrade. */
const closings = new WeakMap<
  readonly MaintenanceWindow[],
  { readonly from: number; readonly until: number; readonly closes: number | undefined }
>();

/** The zone in which a server's people think: that of its windows. */
export function zoneOf([first]: readonly MaintenanceWindow[]): string {
  return first?.zone ?? "UTC";
}

/** Whether upgrades may begin at this time (ms since 1970). Without windows they always may. */
export function isOpen(windows: readonly MaintenanceWindow[], at: number): boolean {
  return windows.length === 0 || windows.some((window) => holds(window, at));
}

/**
 * When the next window opens, from a time at which none is open; undefined where none does within eight days. A window whose
 * beginning the clocks skip begins when they have gone on, if it is not over by then.
 */
export function nextOpening(windows: readonly MaintenanceWindow[], at: number): number | undefined {
  let time = at;
  while (time < at + WEEK + 24 * 60 * MINUTE) {
    if (isOpen(windows, time)) return time;
    // Clocks change only at whole quarters of an hour, and within one a window can begin at any minute.
    const quarter = time - (time % QUARTER) + QUARTER;
    const starts = windows.map((window) => {
      const away = window.from - wallClock(window.zone, time).minute;
      return away > 0 ? time - (time % MINUTE) + away * MINUTE : quarter;
    });
    time = Math.min(quarter, ...starts);
  }
  return undefined;
}

/** When the windows close that are open at a time; that time where none is open, undefined where they do not within eight days. */
export function closing(windows: readonly MaintenanceWindow[], at: number): number | undefined {
  if (windows.length === 0) return undefined;
  const known = closings.get(windows);
  if (known && known.from <= at && at < known.until) return known.closes;
  let time = at;
  while (time < at + WEEK + 24 * 60 * MINUTE && isOpen(windows, time)) {
    const quarter = time - (time % QUARTER) + QUARTER;
    const ends = windows.map((window) => {
      const away = window.to - wallClock(window.zone, time).minute;
      return away > 0 ? time - (time % MINUTE) + away * MINUTE : quarter;
    });
    time = Math.min(quarter, ...ends);
  }
  const closes = isOpen(windows, time) ? undefined : time;
  closings.set(windows, { from: at, until: closes ?? at + 24 * 60 * MINUTE, closes });
  return closes;
}

/** For how long windows are open without a break in the eight days from now, at most, in ms. */
export function longestOpening(windows: readonly MaintenanceWindow[], from: number): number {
  let longest = 0;
  let opens = nextOpening(windows, from);
  while (opens !== undefined && opens < from + WEEK + 24 * 60 * MINUTE) {
    const closes = closing(windows, opens);
    if (closes === undefined) return Number.POSITIVE_INFINITY;
    longest = Math.max(longest, closes - opens);
    opens = nextOpening(windows, closes);
  }
  return longest;
}

/** When the next window opens, and the zone of that window; undefined where none does within eight days. */
export function zonedOpening(
  windows: readonly MaintenanceWindow[],
  at: number,
): { readonly opens: number; readonly zone: string } | undefined {
  const opens = nextOpening(windows, at);
  const window = opens === undefined ? undefined : windows.find((candidate) => holds(candidate, opens));
  return opens === undefined || !window ? undefined : { opens, zone: window.zone };
}

/** The day of the week (0 = Monday) and the minute of the day, as a clock on the wall of the zone shows them. */
export function wallClock(zone: string, at: number): { readonly day: number; readonly minute: number } {
  const { dayOfWeek, hour, minute } = civilOf(zone, at);
  return { day: dayOfWeek - 1, minute: hour * 60 + minute };
}

function holds({ days, from, to, zone }: MaintenanceWindow, at: number): boolean {
  const { day, minute } = wallClock(zone, at);
  const begins = (which: number) => days.some((name) => name === DAYS[(which + 7) % 7]);
  if (from < to) return begins(day) && minute >= from && minute < to;
  return (begins(day) && minute >= from) || (begins(day - 1) && minute < to);
}

/** When a window opens next, from now on: not the one that is open already. Undefined where none does within eight days. */
export function nextWindow(policy: Policy, now: number): number | undefined {
  const { windows } = policy;
  if (windows.length === 0) return undefined;
  const closes = isOpen(windows, now) ? closing(windows, now) : now;
  return closes === undefined ? undefined : nextOpening(windows, closes);
}
