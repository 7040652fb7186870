import { type ShortFinding, shortened } from "../../core/finding.ts";
import type { Plan } from "../../model/plan/plan.ts";
import type { PlanFacts } from "../../model/plan/plan-facts.ts";
import { approvalsFor, type Policy } from "../../model/policy.ts";
import type { RolloutEvent } from "../../model/rollout/rollout-events.ts";
import type { Party } from "../../model/rollout/rollout-parts.ts";
import { expiryOf } from "./decide-ask-again.ts";

/** A card has room for the beginning of a command. */
const MAX_TYPED = 3_000;

/** What begins a rollout: it starts at once where no approvals are wanted and no time is given, otherwise it asks, or waits. */
export function begin(given: {
  readonly rollout: string;
  readonly plan: Plan;
  readonly by: Party;
  readonly channel: string;
  readonly policy: Policy;
  /** Agents that count, see countedSize. */
  readonly size: number;
  readonly now: number;
  /** It starts without approval: `openReview` has to be written with it. */
  readonly emergency?: boolean;
  /** It begins at that time: `rollout.scheduled` has to be written with it. */
  readonly at?: number | undefined;
  /** What whoever asks was told of the vendor's guide: those who approve are told the same. */
  readonly findings?: readonly ShortFinding[] | undefined;
  /** What they saw beside the plan, for the same reason. */
  readonly facts?: PlanFacts | undefined;
  /** The command that made the plan. */
  readonly typed?: string | undefined;
}): Extract<RolloutEvent, { readonly type: "rollout.requested" | "rollout.started" }> {
  const { rollout, plan, by, channel, policy, size, now, findings, facts } = given;
  const needed = given.emergency ? 0 : approvalsFor(policy, size);
  const typed = given.typed ? { typed: given.typed.slice(0, MAX_TYPED) } : {};
  const base = { rollout, plan, serverUser: by.user, channel, policy, size, ...typed };
  if (needed === 0 && given.at === undefined) return { type: "rollout.started", data: { ...base, owner: by.person } };
  const expiresAt = expiryOf(policy, now, given.at);
  const told = findings ? { findings: shortened(findings) } : {};
  const seen = facts ? { facts } : {};
  const asked = { ...base, requester: by.person, needed, expiresAt, because: null, ...told, ...seen };
  return { type: "rollout.requested", data: asked };
}
