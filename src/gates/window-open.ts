import { isOpen, openingWords } from "../model/windows.ts";
import { type ServerGate, WAIT } from "./gate.ts";

/** Upgrades begin only while a maintenance window is open. */
export const windowOpen: ServerGate = {
  id: "window",
  at: ["request", "start", "dispatch", "ask-relay", "relay-asked", "trigger"],
  blocks({ server, now }, { policy: { windows } }) {
    if (isOpen(windows, now)) return undefined;
    return { code: "closed", params: { server, opens: openingWords(windows, now) ?? null }, ...WAIT };
  },
  phrase: ({ params }) => [`No window of ${params.server} is open now. No upgrade starts before ${params.opens}.`],
};
