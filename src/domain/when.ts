import { civilOf, DAY, dateOf, instants, isZone, MINUTE } from "./civil.ts";
import { DAYS } from "./policy.ts";

/** A time (ms since 1970), or the sentence that says why what was typed is none. */
export type When = { readonly at: number } | { readonly problem: string };

const EXAMPLES = "30m, 4h, 22:30, tomorrow 06:00, sat 22:00 or 2026-12-01T06:00";
const SPANS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: MINUTE,
  min: MINUTE,
  h: 60 * MINUTE,
  d: DAY,
  w: 7 * DAY,
};
/** Nothing that is said in advance reaches further. */
const FURTHEST = 400 * DAY;

/**
 * What people type for a time that is still to come: `30m`, `1h30m`, `22:30`, `10pm`, `tomorrow 06:00`, `sat 22:00`,
 * `2026-12-01T06:00`, each of the latter with a zone of its own behind it (`Z`, `UTC`, `+02:00`, `Europe/Berlin`).
 * A time that the clocks skip is when they have gone on; of one that comes twice it is the first that is not over.
 * @param zone IANA name of the zone in which it is meant, unless it says so itself.
 */
export function parseWhen(typed: string, now: number, zone: string): When {
  const text = typed.trim().toLowerCase().replace(/\s+/g, " ");
  const wrong = { problem: `"${typed.trim().slice(0, 40)}" is no time that Drydock knows: expected ${EXAMPLES}.` };
  const span = spanOf(text.replace(/^in /, ""));
  const found = span === undefined ? onTheClock(text, now, zone) : [now + span];
  if (!found) return wrong;
  const at = found.find((instant) => instant > now);
  if (at === undefined) return { problem: `"${typed.trim().slice(0, 40)}" is over: expected a time to come, e.g. 4h.` };
  if (at - now > FURTHEST) return { problem: "That is more than 400 days away: expected something nearer, e.g. 14d." };
  return { at };
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

/** `90m`, `1h30m`, `2 h`; undefined where it is none. */
function spanOf(text: string): number | undefined {
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
  if (date) {
    const [day, time] = [dateOf(date[1] ?? ""), timeOf(date[2] ?? "00:00")];
    return day && time && instants(zone, day.toPlainDateTime(time));
  }
  const [, which, typed = ""] = /^(?:([a-z]+) )?(.+)$/.exec(said) ?? [];
  const time = timeOf(typed);
  if (time === undefined) return undefined;
  const today = civilOf(zone, now).toPlainDate();
  const after = (days: number) => instants(zone, today.add({ days }).toPlainDateTime(time));
  if (which === undefined) return [0, 1].flatMap(after);
  if (which === "today") return after(0);
  if (which === "tomorrow") return after(1);
  const weekday = DAYS.findIndex((name) => name === which.slice(0, 3) && isWeekday(which));
  if (weekday < 0) return undefined;
  const ahead = (weekday + 8 - today.dayOfWeek) % 7;
  return [ahead, ahead + 7].flatMap(after);
}

function isWeekday(word: string): boolean {
  return ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"].some((day) =>
    day.startsWith(word),
  );
}

/** `22:30`, `6:00`, `10pm`, `10:30 pm`. */
function timeOf(text: string): { readonly hour: number; readonly minute: number } | undefined {
  const [, h, m, half] = /^(\d{1,2})(?::(\d\d))?(?: ?(am|pm))?$/.exec(text) ?? [];
  if (h === undefined || (m === undefined && half === undefined)) return undefined;
  const [hour, minute] = [Number(h), Number(m ?? 0)];
  if (minute > 59 || (half ? hour < 1 || hour > 12 : hour > 23)) return undefined;
  return { hour: half ? (hour % 12) + (half === "pm" ? 12 : 0) : hour, minute };
}

/** A zone that was typed, or the one that holds where none was; undefined where there is none of that name. */
function zoneNamed(typed: string | undefined, home: string): string | undefined {
  if (typed === undefined) return home;
  if (typed === "z" || typed === "utc") return "UTC";
  const [, hours = "0", minutes = "0"] = /^[+-](\d\d):(\d\d)$/.exec(typed) ?? [];
  return Number(hours) * 60 + Number(minutes) <= 14 * 60 && isZone(typed) ? typed : undefined;
}
