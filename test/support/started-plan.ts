import type { Plan } from "../../src/model/plan/plan.ts";
import type { E2e } from "./e2e-trial.ts";

/** Waits until the rollout has started; what it started with. */
export async function startedPlan(trial: E2e, rollout = "prod-1"): Promise<Plan> {
  const { data } = await trial.event(`rollout.${rollout}`, "rollout.started");
  return data.plan as Plan;
}

/** The names of agents, in their order. */
export function namesOf(agents: readonly { readonly name: string }[] = []): readonly string[] {
  return agents.map(({ name }) => name);
}
