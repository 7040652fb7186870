import { isNewer } from "../core/agent.ts";
import { cause } from "../core/cause.ts";
import { type AgentGate, leftOut } from "./gate.ts";

/** An agent takes the version that ships with its server: one of a newer release would go back. */
export const newerThanServer: AgentGate = {
  id: "newer-than-server",
  at: ["plan", "look"],
  label: "newer than the server",
  blocks: ({ agent, serverVersion }) =>
    isNewer(agent, serverVersion)
      ? leftOut(cause("newer-than-server", { version: agent.version ?? null, serverVersion: serverVersion ?? null }))
      : undefined,
};
