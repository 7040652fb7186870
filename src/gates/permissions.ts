import { cause } from "../core/cause.ts";
import { type AgentGate, leftOut } from "./gate.ts";

/** Whoever wants the upgrade needs every permission that the rules name, on the agent itself. */
export const permissions: AgentGate = {
  id: "permissions",
  at: ["plan", "look"],
  label: "no permission",
  blocks({ lacks }, { at }) {
    if (lacks.length === 0) return undefined;
    return leftOut(cause(at === "plan" ? "lacks-permission" : "owner-lacks-permission", { permissions: lacks }));
  },
};
