import { type CalendarDate, civilOf, DAY, dateOf, instants, isZone, MINUTE } from "./civil.ts";
import { DAYS } from "./days.ts";

/** A time (ms since 1970), or the sentence that says why what was typed is none. */
export type When = { readonly at: number } | { readonly problem: string };

const EXAMPLES = "30m, 4h, 22:30, tonight 22:00, tomorrow 06:00, sat 22:00 or 2026-12-01T06:00";
const SPANS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: MINUTE,
  min: MINUTE,
  h: 60 * MINUTE,
  d: DAY,
  w: 7 * DAY,
};
/** From when on, and until when, it is `tonight`, in minutes since midnight. */
const EVENING = 17 * 60;
const MORNING = 6 * 60;
/** Nothing that is said in advance reaches further. */
const FURTHEST = 400 * DAY;

/**
 * What people type for a time that is still to come: `30m`, `1h30m`, `1h30`, `+2h`, `in 2 hours`, `22:30`, `10pm`, `noon`, `tonight 22:00`, `tomorrow 06:00`,
 * `sat 22:00`, `2026-12-01T06:00`, each of the latter with a zone of its own behind it (`Z`, `UTC`, `+02:00`, `Europe/Berlin`).
 * `24:00` and `midnight` end the day that is named. `next sat` is the coming Saturday, and never today.
 * A time that the clocks skip is when they have gone on; of one that comes twice it is the first that is not over.
 * @param zone IANA name of the zone in which it is meant, unless it says so itself.
 */
export function parseWhen(typed: string, now: number, zone: string): When {
  const text = plainTime(typed);
  const wrong = {
    problem: `Drydock does not understand the time "${typed.trim().slice(0, 40)}". Examples: ${EXAMPLES}.`,
  };
  const found = instantsOf(text, now, zone);
  if (!found) return wrong;
  const at = found.find((instant) => instant > now);
  if (at === undefined)
    return { problem: `"${typed.trim().slice(0, 40)}" is in the past: expected a later time, e.g. 4h.` };
  if (at - now > FURTHEST) return { problem: "That is more than 400 days away: expected something nearer, e.g. 14d." };
  return { at };
}

function instantsOf(text: string, now: number, zone: string): readonly number[] | undefined {
  const span = spanOf(text.replace(/^(in |\+ ?)/, ""));
  return span === undefined ? onTheClock(text, now, zone) : [now + span];
}

/** One word of a time: all that `parseWhen` knows is made of these. */
const TIME_WORD =
  /^(in|at|next|today|tonight|tomorrow|noon|midnight|window|am|pm|z|utc|(mon|tue|wed|thu|fri|sat|sun)[a-z]*|\d{1,2}(:\d\d)?(am|pm)?z?|\+|\+?\d{1,5}|\+?(\d{1,5}(s|min|m|h|d|w))+\d{0,2}|(\+?\d{1,5})?(s|m|h|d|w|(sec|second|min|minute|hr|hour|day|week)s?)|\d{4}-\d\d-\d\d(t\d\d:\d\d\S*)?|[+-]\d\d:\d\d|[a-z_]+\/[a-z0-9_+/-]+)$/i;

/** How many of these words say a time, from the first one on: `sat 22:00 web-1` is two. */
export function timeWords(words: readonly string[]): number {
  const known = knownTimeWords(words);
  return known > 0 ? known : mostTimeWords(words);
}

/** The same, but 0 if Drydock does not understand the time. */
export function knownTimeWords(words: readonly string[]): number {
  for (let n = mostTimeWords(words); n > 0; n -= 1)
    if (instantsOf(plainTime(words.slice(0, n).join(" ")), 0, "UTC") !== undefined) return n;
  return 0;
}

function mostTimeWords(words: readonly string[]): number {
  const end = words.findIndex((word) => !TIME_WORD.test(word));
  return Math.min(end < 0 ? words.length : end, MAX_WORDS);
}

const MAX_WORDS = 6;

function plainTime(typed: string): string {
  return typed.trim().toLowerCase().replace(/\s+/g, " ").replace(/^at /, "");
}

/** `Sat 2026-12-05 22:00 (Europe/Berlin), Sat 2026-12-05 21:00 (UTC)`: once for each different zone. */
export function sayWhen(at: number, zones: readonly (string | undefined)[]): string {
  const different = [...new Set(zones.filter((zone) => zone !== undefined))];
  return different.map((zone) => `${wallText(at, zone)} (${zone})`).join(", ");
}

function wallText(at: number, zone: string): string {
  const shown = civilOf(zone, at);
  const name = DAYS[shown.dayOfWeek - 1] ?? "";
  const time = shown.toString({ smallestUnit: "minute" }).replace("T", " ");
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)} ${time}`;
}

/** `90m`, `1h30m`, `1h30`, `2 h`; undefined where it is none. */
function spanOf(typed: string): number | undefined {
  const long = /(?<=\d) ?(sec|second|min|minute|hr|hour|day|week)s?(?= |$)/g;
  const short = typed.replace(long, (_, unit: string) => unit.slice(0, 1));
  const text = short.replace(/(\d ?h ?[0-5]?\d)$/, "$1m");
  if (!/^(\d{1,5} ?(s|min|m|h|d|w) ?)+$/.test(text)) return undefined;
  let ms = 0;
  for (const [, n, unit] of text.matchAll(/(\d+) ?(s|min|m|h|d|w)/g)) ms += Number(n) * (SPANS[unit ?? ""] ?? 0);
  return ms > 0 ? ms : undefined;
}

/** The instants that are meant, the first one first; undefined where no time is. */
function onTheClock(text: string, now: number, home: string): readonly number[] | undefined {
  const [, said = "", suffix] = /^(.*?)(?: ?(z|utc|[+-]\d\d:\d\d)| ([a-z_]+(?:\/[a-z0-9_+-]+)+))?$/.exec(text) ?? [];
  const zone = zoneNamed(/ ([a-z_]+(?:\/[a-z0-9_+-]+)+)$/.exec(text)?.[1] ?? suffix, home);
  if (zone === undefined) return undefined;
  const date = /^(\d{4}-\d\d-\d\d)(?:[t ](.+))?$/.exec(said);
  const on = (day: CalendarDate, minutes: number) => instants(zone, day.toPlainDateTime().add({ minutes }));
  if (date) {
    const [day, minute] = [dateOf(date[1] ?? ""), minuteOf(date[2] ?? "00:00")];
    return day && minute !== undefined ? on(day, minute) : undefined;
  }
  const [, next, which, time = ""] = /^(?:(?:(next) )?([a-z]+) )?(.+)$/.exec(said) ?? [];
  const minute = minuteOf(time);
  if (minute === undefined) return undefined;
  const today = civilOf(zone, now).toPlainDate();
  const ahead = daysAhead(which, minute, today.dayOfWeek);
  if (!ahead || (next && !isWeekday(which ?? ""))) return undefined;
  return ahead.filter((days) => !next || days > 0).flatMap((days) => on(today.add({ days }), minute));
}

/**
 * How many days from today on the time may be meant, the nearest first; undefined where the word names no day.
 * @param today day of the week, 1 = Monday.
 */
function daysAhead(which: string | undefined, minute: number, today: number): readonly number[] | undefined {
  if (which === undefined) return [0, 1];
  if (which === "today") return [0];
  if (which === "tomorrow") return [1];
  if (which === "tonight") {
    if (minute >= EVENING) return [0];
    // The small hours belong to the night that begins now, or to the one that ends.
    return minute < MORNING ? [0, 1] : undefined;
  }
  const weekday = DAYS.findIndex((name) => name === which.slice(0, 3) && isWeekday(which));
  if (weekday < 0) return undefined;
  const ahead = (weekday + 8 - today) % 7;
  return [ahead, ahead + 7];
}

function isWeekday(word: string): boolean {
  return ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"].some((day) =>
    day.startsWith(word),
  );
}

/** `22:30`, `6:00`, `10pm`, `10:30 pm`, `noon`, `24:00` in minutes since midnight. */
function minuteOf(text: string): number | undefined {
  if (text === "noon") return 12 * 60;
  if (text === "midnight" || text === "24:00") return 24 * 60;
  const [, h, m, half] = /^(\d{1,2})(?::(\d\d))?(?: ?(am|pm))?$/.exec(text) ?? [];
  if (h === undefined || (m === undefined && half === undefined)) return undefined;
  const [hour, minute] = [Number(h), Number(m ?? 0)];
  if (minute > 59 || (half ? hour < 1 || hour > 12 : hour > 23)) return undefined;
  return (half ? (hour % 12) + (half === "pm" ? 12 : 0) : hour) * 60 + minute;
}

/** A zone that was typed, or the one that holds where none was; undefined where there is none of that name. */
function zoneNamed(typed: string | undefined, home: string): string | undefined {
  if (typed === undefined) return home;
  if (typed === "z" || typed === "utc") return "UTC";
  const [, hours = "0", minutes = "0"] = /^[+-](\d\d):(\d\d)$/.exec(typed) ?? [];
  return Number(hours) * 60 + Number(minutes) <= 14 * 60 && isZone(typed) ? typed : undefined;
}
