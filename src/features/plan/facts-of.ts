import type { AgentRef } from "../../core/agent-ref.ts";
import type { Activity } from "../../model/deploy-server.ts";
import { rolloutForecast } from "../../model/plan/forecast.ts";
import type { ActivityFacts, PlanFacts } from "../../model/plan/plan-facts.ts";
import { closing } from "../../model/windows.ts";
import { isBusy } from "../../servers/fleet.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import type { PlanResult } from "./plan-port.ts";

/** What a plan's reader sees beside the plan. @param begins when it starts, in ms since 1970. */
export function factsOf(
  result: PlanResult,
  { policy, deadlines }: Pick<ManagedServer, "policy" | "deadlines">,
  begins: number,
): PlanFacts {
  const { plan, expected, limits } = result;
  const { slots, canary } = plan.options;
  const takes = rolloutForecast({ durations: expected, slots, canaries: canary ?? 0, stable: deadlines.stable });
  const closes = closing(policy.windows, begins);
  const isBehindRelay = plan.agents.some(({ relay }) => relay !== undefined);
  return {
    takes,
    learned: result.learned,
    ...(isBehindRelay ? { perRelay: limits.perRelay } : {}),
    activity: activityFacts(result.activity, plan.agents),
    notSelected: result.filtered,
    overLimit: result.beyond,
    offline: result.unknown,
    exceedsWindow: closes !== undefined && closes > begins && begins + takes > closes,
    candidates: result.candidates,
    withoutEffect: result.unavailable.map(({ name }) => ({ name })),
    unjudged: result.unjudged,
  };
}

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
