import type { AgentRef } from "../../core/agent-ref.ts";
import type { Activity } from "../../model/deploy-server.ts";
import type { ActivityFacts } from "../../model/plan/plan-facts.ts";
import { isBusy } from "../../servers/fleet.ts";

/** @param agents of these, those that deploy are named. */
export function activityFacts(activity: Activity, agents: readonly AgentRef[]): ActivityFacts {
  if (activity.kind === "trouble") {
    const { fault, status } = activity.error;
    return { kind: "trouble", fault, ...(status === undefined ? {} : { status }) };
  }
  if (activity.kind === "not-reported") return activity;
  const busy =
    activity.agents.length === 0
      ? []
      : agents.filter((agent) => isBusy(activity, agent)).map(({ id, name }) => ({ id, name }));
  return { kind: "known", running: activity.running, unnamed: activity.unnamed, busy };
}
