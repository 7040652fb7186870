import type { Params } from "../core/cause.ts";
import { DAYS } from "../core/days.ts";
import { isOpen, wallClock, zonedOpening } from "../model/windows.ts";
import { type Gate, REFUSE } from "./gate.ts";
import type { StartSituation } from "./start-situation.ts";

/** Nobody agrees to what is further away: fleets and people change. */
const FURTHEST = 14 * 24 * 60 * 60_000;

/** A start can be scheduled for a time to come, while a window is open. */
export const startTime: Gate<StartSituation> = {
  id: "start-time",
  at: ["start-time", "schedule"],
  blocks({ startAt, now }, { policy: { server, windows } }) {
    if (startAt <= now) return { code: "over", params: {}, ...REFUSE };
    if (startAt - now > FURTHEST) return { code: "too-far", params: {}, ...REFUSE };
    if (isOpen(windows, startAt)) return undefined;
    const { opens = null, zone = null } = zonedOpening(windows, startAt) ?? {};
    return { code: "no-window", params: { server, opens, zone }, ...REFUSE };
  },
  phrase({ code, params: { server, opens, zone } }) {
    if (code === "over") return ["That time is in the past: expected a later one, e.g. --at 22:30."];
    if (code === "too-far") return ["A rollout can be scheduled at most 14 days ahead."];
    return [
      `No window of ${server} is open then. The next one after that opens ${openingWords(opens, zone)}. Use --at next-window for the next from now on.`,
    ];
  },
};

/** As the window's own people say it, e.g. `Sat 22:00 (Europe/Berlin)`. */
function openingWords(opens: Params[string] | undefined, zone: Params[string] | undefined): string {
  if (typeof opens !== "number" || typeof zone !== "string") return "later than in a week";
  const { day, minute } = wallClock(zone, opens);
  const two = (n: number) => String(n).padStart(2, "0");
  const name = DAYS[day] ?? "";
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)} ${two(Math.floor(minute / 60))}:${two(minute % 60)} (${zone})`;
}
