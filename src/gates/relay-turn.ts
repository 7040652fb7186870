import { type AgentGate, WAIT } from "./gate.ts";

/** Agents behind a relay in its turn are about to be cut off: none begins. */
export const relayTurn: AgentGate = {
  id: "relay-turn",
  at: ["dispatch", "trigger"],
  blocks: ({ inRelayTurn }) => (inRelayTurn ? { code: "cut-off", params: {}, ...WAIT } : undefined),
};
