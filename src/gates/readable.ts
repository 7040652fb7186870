import { type AgentGate, leftOut, MAX_LOOKS, WAIT } from "./gate.ts";

/** An agent of which the server will not tell is left out, and one of which it failed to tell too often. */
export const readable: AgentGate = {
  id: "readable",
  at: ["read"],
  blocks({ unread }) {
    if (!unread) return undefined;
    return unread.looks < MAX_LOOKS ? { cause: unread.why, ...WAIT } : leftOut(unread.why);
  },
};
