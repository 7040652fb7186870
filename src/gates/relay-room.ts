import { type AgentGate, WAIT } from "./gate.ts";

/** No more in flight behind one relay than it bears. The dispatcher counts the same, a moment earlier. */
export const relayRoom: AgentGate = {
  id: "relay-room",
  at: ["trigger"],
  blocks: (situation) => (situation.relayRoom <= 0 ? { code: "full", params: {}, ...WAIT } : undefined),
};
