import { fitsWindow as isDoneInTime } from "./exceeds-window.ts";
import { type AgentGate, WAIT } from "./gate.ts";

/** An upgrade that would probably not finish before the window closes waits for the next one. */
export const fitsWindow: AgentGate = {
  id: "fits-window",
  at: ["dispatch", "trigger"],
  blocks: ({ now, expected }, { policy }) =>
    isDoneInTime(policy, now, expected) ? undefined : { code: "too-long", params: { expected }, ...WAIT },
};
