import { narrowPlan } from "../plan/make-plan.ts";
import { everyAgent, type Plan } from "../plan/plan.ts";
import type { Policy } from "../policy.ts";

/** The ids of what a plan has upgraded, agents or relays: these a rollout claims. */
export function unitIds(plan: Pick<Plan, "agents" | "waiting" | "relays">): readonly string[] {
  return [...everyAgent(plan), ...(plan.relays ?? [])].map(({ id }) => id);
}

/**
 * The plan without what another rollout has.
 * @param held id to rollout.
 */
export function freeOf(plan: Plan, policy: Policy, held: ReadonlyMap<string, string>): Plan {
  const free = <U extends { readonly id: string }>(some: readonly U[] = []) => some.filter(({ id }) => !held.has(id));
  const relays = plan.relays ? { relays: free(plan.relays) } : {};
  return narrowPlan({ ...plan, ...relays }, policy, free(plan.agents), free(plan.waiting));
}
