import type { Cause } from "../../core/cause.ts";
import { narrowPlan } from "../plan/make-plan.ts";
import type { Policy } from "../policy.ts";
import type { Today } from "../today.ts";
import type { LostApproval } from "./lost-approval.ts";
import { approvalsWanted } from "./request.ts";
import type { Rollout } from "./rollout.ts";
import type { RolloutEvent } from "./rollout-events.ts";

/** Until when it can be approved: before its time, where it has one that is still to come. */
export function expiryOf({ approvalExpires }: Policy, now: number, at: number | undefined): number {
  return Math.min(now + approvalExpires, at !== undefined && at > now ? at : Number.POSITIVE_INFINITY);
}

/** The same rollout, asked for again under the rules of today, by its owner. */
export function askAgain(
  rollout: Rollout,
  { policy, now, judged }: Today,
  because: readonly Cause[],
  by: { readonly person: string; readonly user: Rollout["serverUser"] } = {
    person: rollout.owner,
    user: rollout.serverUser,
  },
  lost: readonly LostApproval[] = [],
): Extract<RolloutEvent, { readonly type: "rollout.requested" }> {
  const plan = narrowPlan(rollout.plan, policy, rollout.plan.agents);
  return {
    type: "rollout.requested",
    data: {
      rollout: rollout.id,
      plan,
      requester: by.person,
      serverUser: by.user,
      channel: rollout.channel,
      policy,
      size: rollout.size,
      needed: approvalsWanted(rollout, policy),
      expiresAt: expiryOf(policy, now, rollout.schedule?.at),
      because,
      judged,
      ...(rollout.request?.findings ? { found: rollout.request.findings } : {}),
      ...(rollout.request?.facts ? { facts: rollout.request.facts } : {}),
      ...(rollout.typed ? { typed: rollout.typed } : {}),
      ...(lost.length > 0 ? { lost } : {}),
    },
  };
}

/** The same events, of a person who typed the name of a server that is marked dangerous: the approvals resume the rollout. */
export function withTypedName(events: readonly RolloutEvent[], { dangerous }: Policy): readonly RolloutEvent[] {
  return events.map((event) =>
    dangerous && event.type === "rollout.requested" ? { ...event, data: { ...event.data, held: false } } : event,
  );
}
