import type { Params } from "../core/cause.ts";
import { type Moment, moment } from "../core/moment.ts";
import { isOpen, nextOpening } from "../model/windows.ts";
import { type ServerGate, WAIT } from "./gate.ts";

/** Upgrades begin only while a maintenance window is open. */
export const windowOpen: ServerGate = {
  id: "window",
  at: ["request", "start", "dispatch", "ask-relay", "relay-asked", "trigger"],
  blocks({ server, now }, { policy: { windows } }) {
    if (isOpen(windows, now)) return undefined;
    return { code: "closed", params: { server, opens: nextOpening(windows, now) ?? null }, ...WAIT };
  },
  phrase: ({ params: { server, opens } }) => [
    `No window of ${server} is open now. No upgrade starts before `,
    openingOf(opens),
    ".",
  ],
  shown: {
    endsInTime: true,
    todo: () => ["Plan for it: ", { say: "upgrade-required --at next-window" }, "."],
  },
};

/** An older ledger holds the time in words. */
function openingOf(opens: Params[string] | undefined): string | Moment {
  if (typeof opens === "number") return moment(opens);
  return typeof opens === "string" ? opens : "a week has passed";
}
