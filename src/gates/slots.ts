import { type AgentGate, WAIT } from "./gate.ts";

/** Never more in flight than the server has slots, whoever started them. The dispatcher counts the same, a moment earlier. */
export const slots: AgentGate = {
  id: "slots",
  at: ["trigger"],
  blocks: ({ openSlots }) => (openSlots <= 0 ? { code: "full", params: {}, ...WAIT } : undefined),
};
