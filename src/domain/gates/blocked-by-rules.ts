import { everyAgent, type Plan } from "../plans/plan.ts";
import { blockedRequirements, type Policy } from "../policy.ts";

/**
 * The sentences of all requirements of the rules that the plan does not meet; none = it may start. A plan of relays takes one at a
 * time, so each is the canary of those behind it, and the most agents of a rollout are not about agents that only go dark.
 */
export function blockedByRules(
  policy: Policy,
  plan: Pick<Plan, "agents" | "waiting" | "relays" | "options">,
): readonly string[] {
  const { reason, canary } = plan.options;
  const { relays } = plan;
  if (!relays) return blockedRequirements({ policy, agents: everyAgent(plan).length, reason, canary: canary ?? null });
  if (relays.length === 0) return ["There is no relay left to upgrade, so nothing was started."];
  const rules = { ...policy, maxAgents: null, canaryMin: 0 };
  return blockedRequirements({ policy: rules, agents: relays.length, reason, canary: null });
}
