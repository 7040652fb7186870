import { isConnected, needsUpgrade } from "../../core/agent.ts";
import type { AgentRef } from "../../core/agent-ref.ts";
import { type Cause, cause } from "../../core/cause.ts";
import type { PlannedAgent } from "../plan/plan.ts";
import type { Policy } from "../policy.ts";
import type { Observation } from "../upgrade/upgrade.ts";
import { coveredUntil, isApproved } from "./request.ts";
import type { Rollout } from "./rollout.ts";
import type { RolloutEvent } from "./rollout-events.ts";

/**
 * Until when they are waited for: as long as the approval lasts, or would last where there is none. Undefined while approval is asked
 * for: that is asked for them too.
 */
export function waitsUntil(rollout: Rollout, policy: Policy): number | undefined {
  const isWithout = !isApproved(rollout, policy);
  // What runs and has nothing left to begin is not asked for again, and has to end.
  if (isWithout && rollout.status !== "running") return undefined;
  const covered = isWithout ? Number.POSITIVE_INFINITY : coveredUntil(rollout, policy);
  return covered === Number.POSITIVE_INFINITY ? rollout.startedAt + policy.approvalCovers : covered;
}

/** What is known besides a look at the fleet. Times are monotonic, in ms. */
interface Given {
  readonly now: number;
  /** Since when an agent has been connected without asking for an upgrade. */
  readonly wellSince: ReadonlyMap<string, number>;
  /** Since when the server does not list it. */
  readonly missingSince: ReadonlyMap<string, number>;
  /** How long either has to stay so, in ms: what comes back may ask for its upgrade only after a moment, and a list may be short once. */
  readonly stable: number;
}

/** What a look at the whole fleet means for those that are waited for. */
export function decideReturns(
  rollout: Rollout,
  seen: ReadonlyMap<string, Observation>,
  given: Given,
): readonly RolloutEvent[] {
  if (rollout.status !== "running" && rollout.status !== "paused") return [];
  const returned: PlannedAgent[] = [];
  const dropped: (AgentRef & { readonly why: Cause })[] = [];
  for (const agent of rollout.plan.waiting ?? []) {
    const now = seen.get(agent.id);
    const comesBack = now !== undefined && needsUpgrade(now.status);
    // What was approved as another version is asked again, just before its turn.
    const why = comesBack && (rollout.request?.needed ?? 0) > 0 ? undefined : reasonToDrop(agent, now, given);
    if (why !== undefined) dropped.push({ id: agent.id, name: agent.name, why });
    else if (comesBack) returned.push({ ...agent, status: now.status });
  }
  return [
    ...(returned.length > 0 ? [{ type: "waiting.returned", data: { agents: returned } } as const] : []),
    ...(dropped.length > 0 ? [{ type: "waiting.dropped", data: { agents: dropped } } as const] : []),
  ];
}

function reasonToDrop(agent: PlannedAgent, seen: Observation | undefined, given: Given): Cause | undefined {
  const hasLasted = (since: number | undefined) => since !== undefined && given.now - since >= given.stable;
  if (!seen) return hasLasted(given.missingSince.get(agent.id)) ? cause("not-listed") : undefined;
  if (!isConnected(seen.status)) return undefined;
  // What was agreed to is this agent at this version.
  if (seen.version !== agent.version)
    return cause("back-at-other-version", { version: seen.version, before: agent.version });
  if (needsUpgrade(seen.status)) return undefined;
  return hasLasted(given.wellSince.get(agent.id)) ? cause("back-and-well") : undefined;
}

/** Those that are still waited for are let go: time is up, or the rollout ends. */
export function dropAll({ plan }: Rollout, why: Cause): readonly RolloutEvent[] {
  const agents = (plan.waiting ?? []).map(({ id, name }) => ({ id, name, why }));
  return agents.length > 0 ? [{ type: "waiting.dropped", data: { agents } }] : [];
}

/** What the time alone brings. */
export function waitingDue(rollout: Rollout, policy: Policy, now: number): readonly RolloutEvent[] {
  if (rollout.status !== "running" && rollout.status !== "paused") return [];
  const end = waitsUntil(rollout, policy);
  return end !== undefined && now >= end ? dropAll(rollout, cause("not-back-in-time")) : [];
}
