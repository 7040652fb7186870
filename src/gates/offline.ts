import { cause } from "../core/cause.ts";
import { type AgentGate, leftOut } from "./gate.ts";

/** An agent that is offline when its turn comes is left out. */
export const offline: AgentGate = {
  id: "offline",
  at: ["read"],
  blocks: ({ agent }) => (agent.status === "offline" ? leftOut(cause("offline-before-turn")) : undefined),
};
