import { type AgentGate, WAIT } from "./gate.ts";

/** The rest of a rollout waits until its canaries are done with. */
export const canariesFirst: AgentGate = {
  id: "canaries-first",
  at: ["dispatch", "trigger"],
  blocks: ({ afterCanaries }) => (afterCanaries ? { code: "not-its-turn", params: {}, ...WAIT } : undefined),
};
