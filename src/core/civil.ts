// biome-ignore lint/style/noRestrictedImports: the one place that knows calendars. It never asks for the time (Temporal.Now).
import { Temporal } from "temporal-polyfill";

/** Between instants (ms since 1970) and the clocks on the walls. */
export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

/** A day of the calendar, in no zone. */
export type CalendarDate = Temporal.PlainDate;

export function isZone(name: string): boolean {
  try {
    return civilOf(name, 0) !== undefined;
  } catch {
    return false;
  }
}

/** What the calendar and the clock on the wall of a zone (IANA name, or an offset such as `+02:00`) show. */
export function civilOf(zone: string, at: number): Temporal.PlainDateTime {
  // Forecasts add learned durations, which are no whole milliseconds.
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(zone).toPlainDateTime();
}

/** A date of the calendar as `2026-12-01`; undefined where it is none, as the 31st of June. */
export function dateOf(text: string): Temporal.PlainDate | undefined {
  try {
    return Temporal.PlainDate.from(text);
  } catch {
    return undefined;
  }
}

/**
 * When the clock of the zone shows this: once, twice where it is put back over it, and where it skips it the moment at
 * which it has gone on.
 */
export function instants(zone: string, shown: Temporal.PlainDateTime): readonly number[] {
  const first = shown.toZonedDateTime(zone, { disambiguation: "earlier" });
  const last = shown.toZonedDateTime(zone, { disambiguation: "later" });
  const skips = !first.toPlainDateTime().equals(shown);
  const found = skips ? [first.getTimeZoneTransition("next") ?? last] : [first, last];
  return [...new Set(found.map(({ epochMilliseconds }) => epochMilliseconds))];
}
