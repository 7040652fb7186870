import { cause } from "../core/cause.ts";
import { type AgentGate, leftOut } from "./gate.ts";

/** An agent is in one rollout at a time. */
export const claimed: AgentGate = {
  id: "claimed",
  at: ["plan"],
  label: "in another rollout",
  blocks: ({ claim }) => (claim === undefined ? undefined : leftOut(cause("claimed", { rollout: claim }))),
};
