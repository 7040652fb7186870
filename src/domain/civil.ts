/** Between instants and the clocks on the walls, by what the platform knows of zones. Instants are ms since 1970. */
export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

export interface Civil {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** Since midnight. */
  readonly minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

export function isZone(name: string): boolean {
  try {
    return formatFor(name) !== undefined;
  } catch {
    return false;
  }
}

/** What the calendar and the clock on the wall of a zone (IANA name) show. */
export function civilOf(zone: string, at: number): Civil {
  const part = new Map(
    formatFor(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const of = (type: Intl.DateTimeFormatPartTypes) => part.get(type) ?? 0;
  return { year: of("year"), month: of("month"), day: of("day"), minute: of("hour") * 60 + of("minute") };
}

/**
 * When the clock of the zone shows this: once, twice where it is put back over it, and where it skips it the moment at
 * which it has gone on.
 * @param shown the date and time that are shown, as ms since 1970 of a clock that knows no zones.
 */
export function instants(zone: string, shown: number): readonly number[] {
  const offsets = [shown - DAY, shown + DAY].map((at) => shownAt(zone, at) - at);
  const [least, most] = [Math.min(...offsets), Math.max(...offsets)];
  const found = [shown - most, shown - least].filter(
    (at, i, all) => all.indexOf(at) === i && shownAt(zone, at) === shown,
  );
  if (found.length > 0) return found;
  let at = shown - most;
  while (shownAt(zone, at) < shown) at += MINUTE;
  return [at];
}

/** Days since 1970-01-01 of a date of the calendar; a month 13 is the next January. */
export function daysOf(year: number, month: number, day: number): number {
  const y = year + Math.floor((month - 1) / 12) - (((month - 1) % 12) + 1 <= 2 ? 1 : 0);
  // The year is taken to begin in March, so that the day that comes and goes is its last.
  const fromMarch = (((month - 1) % 12) + 10) % 12;
  const inYear = Math.floor((153 * fromMarch + 2) / 5) + day - 1;
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + inYear - 719_468;
}

/** What is shown, to the minute, as ms since 1970 of a clock that knows no zones. */
function shownAt(zone: string, at: number): number {
  const { year, month, day, minute } = civilOf(zone, at);
  return daysOf(year, month, day) * DAY + minute * MINUTE;
}

/** Making one takes a thousand times longer than using it. */
function formatFor(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-GB-u-ca-gregory", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  formats.set(zone, made);
  return made;
}
