import { cause } from "../core/cause.ts";
import { type AgentGate, leftOut } from "./gate.ts";

/** An inactive agent is upgraded only if it was asked for as one, and the server still takes actions on such. */
export const inactive: AgentGate = {
  id: "inactive",
  at: ["plan", "look"],
  label: "inactive",
  blocks({ agent, inactive: { wanted, refused } }, { at }) {
    if (agent.active !== false) return undefined;
    if (!wanted) return leftOut(cause(at === "plan" ? "inactive" : "inactive-now"));
    return refused && leftOut(refused);
  },
};
