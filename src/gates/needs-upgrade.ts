import { needsUpgrade as asksForUpgrade, isConnected } from "../core/agent.ts";
import { cause } from "../core/cause.ts";
import { type AgentGate, leftOut } from "./gate.ts";

/** An agent that asks for no upgrade any more gets none. A plan takes no such agents in the first place. */
export const needsUpgrade: AgentGate = {
  id: "needs-upgrade",
  at: ["look"],
  blocks({ agent: { status, unknownStatus, version } }) {
    if (status === undefined || asksForUpgrade(status)) return undefined;
    if (status === "unknown") return leftOut(cause("unknown-status", { status: unknownStatus ?? "" }));
    if (!isConnected(status)) return leftOut(cause("shown-as", { status }));
    return leftOut(cause("upgrade-not-needed", { status, version: version ?? null }));
  },
};
