import { cause } from "../core/cause.ts";
import { neverRuleFor } from "../model/policy.ts";
import { type AgentGate, leftOut } from "./gate.ts";

/** Agents that the configuration keeps Drydock away from. */
export const neverList: AgentGate = {
  id: "never-list",
  at: ["plan", "look"],
  label: "never list",
  blocks({ agent }, { policy }) {
    const { name, tags, version } = agent;
    const rule = neverRuleFor(policy, { name, tags, version: version ?? undefined });
    return rule && leftOut(cause("never-list", { reason: rule.reason }));
  },
};
