import { openingWords } from "../model/windows.ts";
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
    const opens = openingWords(windows, startAt);
    return opens === undefined ? undefined : { code: "no-window", params: { server, opens }, ...REFUSE };
  },
  phrase({ code, params: { server, opens } }) {
    if (code === "over") return ["That time is in the past: expected a later one, e.g. --at 22:30."];
    if (code === "too-far") return ["A rollout can be scheduled at most 14 days ahead."];
    return [
      `No window of ${server} is open then. The next one after that opens ${opens}. Use --at next-window for the next from now on.`,
    ];
  },
};
