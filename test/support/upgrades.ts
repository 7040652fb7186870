import type { Cause } from "../../src/core/cause.ts";
import type { StoredEvent } from "../../src/model/events.ts";
import type { Plan, PlannedAgent, PlanOptions } from "../../src/model/plan/plan.ts";
import type { Policy } from "../../src/model/policy.ts";
import { evolveRollout } from "../../src/model/rollout/evolve-rollout.ts";
import type { Course } from "../../src/model/rollout/progress.ts";
import type { Rollout } from "../../src/model/rollout/rollout.ts";
import type { RolloutEvent } from "../../src/model/rollout/rollout-events.ts";
import type { Outcome } from "../../src/model/upgrade/outcome.ts";
import { type Upgrade, upgradeId } from "../../src/model/upgrade/upgrade.ts";

/** One attempt as it is after its outcome; without one it is in flight. Verified ones are stable. */
export function attemptOf(
  agent: Pick<PlannedAgent, "id" | "relay">,
  outcome?: Outcome,
  given: Partial<Upgrade> & { readonly detail?: Cause | null } = {},
): Upgrade {
  const { detail = null, ...rest } = given;
  const attempt = rest.attempt ?? 1;
  const made = {
    id: upgradeId("prod-1", agent.id, attempt),
    rollout: "prod-1",
    server: "prod",
    agent: { id: agent.id, name: agent.id, ...(agent.relay ? { relay: agent.relay } : {}) },
    attempt,
    from: "6.2.7.1.1",
    seq: 1,
    intendedAt: 0,
    triggeredAt: 0,
    uncertain: false,
    last: undefined,
    awayAt: undefined,
    downSince: undefined,
    stuckSince: undefined,
    backSince: undefined,
    oldSince: undefined,
    departures: 0,
    seenAt: undefined,
    outcome: outcome && { kind: outcome, detail, at: 1, position: 1 },
    holdsSlot: outcome === undefined,
    closed: outcome === "verified" || outcome === "skipped",
    took: undefined,
    extensions: 0,
    ...rest,
  };
  return made.outcome?.kind === "verified" ? { ...made, took: made.outcome.at - made.intendedAt } : made;
}

/** How far a rollout has come of which these attempts have begun; more are left unless the test says otherwise. */
export function courseWith(upgrades: readonly Upgrade[] = [], left = true): Course {
  return { upgrades, retried: () => false, left };
}

export function plannedAgent(id: string, given: Partial<PlannedAgent> = {}): PlannedAgent {
  return { id, name: id, status: "upgrade-required", version: "6.2.7.1.1", ...given };
}

export function planOf(agents: readonly PlannedAgent[], options: Partial<PlanOptions> = {}): Plan {
  const all = { slots: 10, reason: null, ...options };
  return { server: "prod", serverVersion: "8", options: all, agents, excluded: [], hash: "h" };
}

/** A request for this plan that Alice made at 0, under these rules, and what came after, each at the time that it carries. */
export function requestOf(
  plan: Plan,
  policy: Policy,
  given: Partial<Requested> = {},
  ...later: readonly Later[]
): Rollout {
  const base = { rollout: "prod-1", plan, requester: "U0ALICE", serverUser: { id: "u", name: "alice" }, channel: "C" };
  const rules = { policy, size: plan.agents.length, needed: 1, expiresAt: 60 * 60_000, because: null };
  return fold([{ type: "rollout.requested", data: { ...base, ...rules, ...given } }, ...later]);
}

type Requested = Extract<RolloutEvent, { readonly type: "rollout.requested" }>["data"];

/** A rollout that has started with this plan, at 0, and what came after, each at the time that it carries. */
export function rolloutOf(plan: Plan, ...later: readonly Later[]): Rollout {
  const serverUser = { id: "u", name: "alice" };
  const begun: RolloutEvent = {
    type: "rollout.started",
    data: { rollout: "prod-1", plan, owner: "U0ALICE", serverUser, channel: "C" },
  };
  return fold([begun, ...later]);
}

type Later = RolloutEvent & { readonly at?: number; readonly actor?: string };

function fold(events: readonly Later[]): Rollout {
  let state: Rollout | undefined;
  for (const [i, newEvent] of events.entries()) {
    const event = {
      ...{ at: 0, actor: "x" },
      ...newEvent,
      id: `${i}`,
      v: 1,
      stream: "rollout.prod-1",
      seq: i + 1,
      position: i + 1,
    };
    state = evolveRollout(state, event as StoredEvent);
  }
  if (!state) throw new Error("nothing was folded");
  return state;
}
