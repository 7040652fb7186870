import { cause } from "../../core/cause.ts";
import { changedAgents, changeOf } from "../../model/plan/changed-agents.ts";
import type { PlannedAgent } from "../../model/plan/plan.ts";
import type { Policy } from "../../model/policy.ts";
import { approvalsWanted } from "../../model/rollout/request.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { RolloutEvent } from "../../model/rollout/rollout-events.ts";
import { askAgain } from "../approval/decide-ask-again.ts";

/** Agents that are named where some have changed. */
const MAX_NAMED = 5;

/** Whether an agent is another now than the one that was approved: by its name, its version or its teams. */
export function isChanged(rollout: Rollout, policy: Policy, agent: PlannedAgent, now: PlannedAgent): boolean {
  return approvalsWanted(rollout, policy) > 0 && changeOf(agent, now) !== undefined;
}

/**
 * What agents bring that wait in a rollout under way and have changed since it was approved: it pauses and asks again, for the
 * agents as they are now.
 * @param seen the agents that wait and what is known of them now, by id.
 */
export function changedSince(
  rollout: Rollout,
  policy: Policy,
  now: number,
  seen: ReadonlyMap<string, PlannedAgent>,
): readonly RolloutEvent[] {
  if (rollout.status !== "running" || approvalsWanted(rollout, policy) === 0) return [];
  const plan = { ...rollout.plan, agents: rollout.plan.agents.map((agent) => seen.get(agent.id) ?? agent) };
  const changed = changedAgents(rollout.plan, plan);
  if (changed.length === 0) return [];
  const causes = [cause("waiting-agents-differ", { agents: changed.length, changes: changed.slice(0, MAX_NAMED) })];
  return [
    { type: "rollout.paused", data: { by: "drydock", kind: "coverage", causes } },
    askAgain({ ...rollout, plan }, policy, now, causes),
  ];
}
