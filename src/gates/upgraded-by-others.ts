import { type AgentGate, WAIT } from "./gate.ts";

/** An agent that someone else is taken to upgrade is not asked as well. */
export const upgradedByOthers: AgentGate = {
  id: "upgraded-by-others",
  at: ["dispatch"],
  blocks: ({ external }) => (external ? { code: "in-flight", params: {}, ...WAIT } : undefined),
};
