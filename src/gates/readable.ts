import { type AgentGate, leftOut, WAIT } from "./gate.ts";

/** After this many looks in a row that did not show an agent, it is left out. */
const MAX_LOOKS = 5;

/** An agent of which the server will not tell is left out, and one of which it failed to tell too often. */
export const readable: AgentGate = {
  id: "readable",
  at: ["read"],
  blocks({ unread }) {
    if (!unread) return undefined;
    return unread.looks < MAX_LOOKS ? { cause: unread.why, ...WAIT } : leftOut(unread.why);
  },
};
