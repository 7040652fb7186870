import { type AgentGate, WAIT } from "./gate.ts";

/** A failed agent is tried again only after a pause. */
export const retryPause: AgentGate = {
  id: "retry-pause",
  at: ["dispatch"],
  blocks: ({ retryIn }) => (retryIn > 0 ? { code: "not-yet", params: { retryIn }, ...WAIT } : undefined),
};
