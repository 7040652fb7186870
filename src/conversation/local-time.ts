import { isZone } from "../core/civil.ts";
import { moment, momentText, timeOfDay } from "../core/moment.ts";
import { UserError } from "../core/user-error.ts";
import type { Line } from "../core/view.ts";
import { parseWhen, sayWhen } from "../core/when.ts";
import { blockedAt, phraseOf } from "../gates/index.ts";
import { nextWindow, zoneOf } from "../model/windows.ts";
import type { ManagedServer } from "../servers/managed-server.ts";

/** What time it is for a person: their zone, if Slack reports one, and now (ms since 1970). */
export interface LocalTime {
  readonly zone: string | undefined;
  readonly now: number;
}

/** A time that a person typed, and how Drydock repeats it to them. */
export interface TypedTime {
  readonly at: number;
  readonly said: Line;
}

/** A time that a person typed, meant in their own zone, otherwise in the server's. Throws UserError with an example. */
export function readTime(typed: string, server: ManagedServer, { zone, now }: LocalTime): TypedTime {
  const theirs = zone !== undefined && isZone(zone) ? zone : undefined;
  const home = theirs ?? zoneOf(server.policy.windows);
  const when = parseWhen(typed, now, home);
  if ("problem" in when) throw new UserError("unknown-time", when.problem);
  return { at: when.at, said: echo(typed, when.at, { home, isTheirs: theirs !== undefined, now }) };
}

/** `23:30 your time (22:30 UTC)`: as it was typed, with UTC beside it. */
function echo(
  typed: string,
  at: number,
  { home, isTheirs, now }: { readonly home: string; readonly isTheirs: boolean; readonly now: number },
): Line {
  const text = typed.trim().replace(/\s+/g, " ");
  if (/^(in |\+ ?)?\d+ ?[a-z]/i.test(text) && !/\d ?[ap]m\b/i.test(text))
    return [moment(at), ` (${text.replace(/^(in |\+ ?)/i, "")} from now)`];
  const utc = at - now < NEAR ? momentText(timeOfDay(at)) : sayWhen(at, ["UTC"]).replace(" (UTC)", " UTC");
  if (/(utc|\dz)$/i.test(text)) return [text];
  if (!dependsOnZone(text, at, now)) return [`${text} (${utc})`];
  return [`${text} ${isTheirs ? "your time" : `in ${home}`} (${utc})`];
}

/** Nearer than this a time needs no day beside it. */
const NEAR = 20 * 60 * 60_000;
/** No two of them are ever at the same hour. */
const FAR_APART = ["Pacific/Kiritimati", "Pacific/Niue"];

/** Whether the typed time means another moment in another zone: it names none itself. */
function dependsOnZone(typed: string, at: number, now: number): boolean {
  return FAR_APART.some((zone) => {
    const there = parseWhen(typed, now, zone);
    return "problem" in there || there.at !== at;
  });
}

/** When somebody wants a rollout to start (a time, or `next-window`), and how it is told back. Throws UserError. */
export function readStart(typed: string, server: ManagedServer, { zone, now }: LocalTime): TypedTime {
  if (!/^next[- ]?window$/i.test(typed.trim())) {
    const time = readTime(typed, server, { zone, now });
    const blocked = blockedAt("start-time", "start", { now, startAt: time.at, scheduled: 0 }, server.policy);
    if (blocked.length > 0) throw new UserError("start-time-refused", blocked.flatMap(phraseOf));
    return time;
  }
  const at = nextWindow(server.policy, now);
  if (at === undefined)
    throw new UserError(
      "no-window",
      server.policy.windows.length === 0
        ? `${server.name} has no windows: upgrades may begin at any time. Say when, for example --at 22:30.`
        : `No window of ${server.name} opens within a week from now on. Say when, for example --at 22:30.`,
    );
  return { at, said: [moment(at)] };
}
