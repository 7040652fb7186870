import type { Cause } from "../../core/cause.ts";
import { type ShortFinding, shortened } from "../../core/finding.ts";
import { follow } from "../../gates/follow.ts";
import type { Blocked } from "../../gates/gate.ts";
import { blockedAt } from "../../gates/index.ts";
import { ofRollout } from "../../gates/rollout-situation.ts";
import type { Exclusion, Plan } from "../../model/plan/plan.ts";
import type { PlanFacts } from "../../model/plan/plan-facts.ts";
import { approvalsFor } from "../../model/policy.ts";
import { askAgain, expiryOf, withTypedName } from "../../model/rollout/ask-again.ts";
import type { LostApproval } from "../../model/rollout/lost-approval.ts";
import {
  approvalsWanted,
  type Decision,
  isApproved,
  isAsking,
  missedApprovals,
  validApprovals,
} from "../../model/rollout/request.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { RolloutEvent } from "../../model/rollout/rollout-events.ts";
import type { Party } from "../../model/rollout/rollout-parts.ts";
import type { Today } from "../../model/today.ts";
import { scheduleDue, versionEvents } from "./decide-due-rollouts.ts";

/**
 * What an approved request becomes once everything was read afresh: a rollout, where the plan is what was approved or less; a new
 * request, where it is more or the rules are stricter; nothing, where the rules would not have it at all.
 * @param plan as it is now, without the agents that have to be dropped.
 * @param owner the requester with the server's user that they are now.
 */
export function decideStart(
  rollout: Rollout,
  given: Today & {
    readonly plan: Plan;
    readonly owner: Party;
    readonly dropped: readonly Exclusion[];
    /** Approvals whose givers could not give them now. */
    readonly lost: readonly LostApproval[];
    /** Why too few people could give them again. */
    readonly hopeless: Cause | undefined;
  },
): Decision<readonly Blocked[]> {
  const { plan, owner, policy, now, judged, lost, hopeless } = given;
  if (rollout.status !== "requested" || !isAsking(rollout)) return { refusal: [] };
  const waits = blockedAt("due", "rollout", ofRollout(rollout, now), policy);
  if (waits.length > 0) return { refusal: waits };
  const lapsed = scheduleDue(rollout, given);
  if (lapsed.length > 0) return { events: lapsed };
  const situation = ofRollout(rollout, now, { plan, lost, hopeless, user: owner.user.id });
  const blocked = blockedAt("proceed", "rollout", situation, policy);
  // Approvers read what dropped out.
  const excluded = [...plan.excluded, ...given.dropped];
  const asked = { ...rollout, plan: { ...plan, excluded }, schedule: undefined };
  const events = follow("proceed", rollout, blocked, (because) =>
    askAgain(asked, given, because, owner, missedApprovals(rollout, lost, policy)),
  );
  if (events.length > 0) return { events };
  const { id, channel, size } = rollout;
  const dropped = given.dropped.map(({ agent, cause }) => ({ name: agent.name, why: cause }));
  const { person, user: serverUser } = owner;
  const data = { rollout: id, plan, owner: person, serverUser, channel, policy, size, dropped, judged };
  return { events: [{ type: "rollout.started", data }] };
}

/** Why a paused rollout is not resumed. */
export type ResumeRefusal =
  | { readonly code: "not-paused"; readonly rollout: string }
  | { readonly code: "not-approved"; readonly rollout: string; readonly has: number; readonly wants: number }
  | { readonly code: "rules"; readonly blocked: readonly Blocked[] };

/** The rules that refuse it; none where it does not wait for this. */
export function rulesOf(why: ResumeRefusal): readonly Blocked[] {
  return why.code === "rules" ? why.blocked : [];
}

/**
 * What happens when somebody wants a paused rollout to go on: they own it from then on. An approval that they gave does not
 * count any more, so it may have to be asked for again.
 * @param typed whether the server's name was typed, where that is needed.
 * @param serverVersion what the server is at now: where it is another than was agreed to, that has to be seen first.
 */
export function decideResume(
  rollout: Rollout,
  given: Today & {
    readonly by: Party;
    readonly typed: boolean;
    readonly serverVersion?: string | undefined;
    /** Approvals whose givers could not give them now. */
    readonly lost: readonly LostApproval[];
  },
): Decision<ResumeRefusal> {
  const { by, policy, now, judged, lost, serverVersion } = given;
  if (rollout.status !== "paused") return { refusal: { code: "not-paused", rollout: rollout.id } };
  const typed = (events: readonly RolloutEvent[]) => (given.typed ? withTypedName(events, policy) : events);
  const moved = versionEvents(rollout, given, serverVersion, by);
  if (moved.length > 0) return { events: typed(moved) };
  if (isAsking(rollout) && !isApproved(rollout, policy)) {
    const [has, wants] = [validApprovals(rollout, policy).length, approvalsWanted(rollout, policy)];
    return { refusal: { code: "not-approved", rollout: rollout.id, has, wants } };
  }
  const owned = { ...rollout, parties: [...rollout.parties, by] };
  const blocked = blockedAt("resume", "rollout", ofRollout(owned, now, { lost, typed: given.typed }), policy);
  const refused = blocked.filter(({ effect }) => effect === "refuse");
  if (refused.length > 0) return { refusal: { code: "rules", blocked: refused } };
  const missed = missedApprovals(owned, lost, policy);
  const asked = follow("resume", rollout, blocked, (because) =>
    askAgain(owned, given, withEarlier(rollout, because), by, missed),
  );
  if (asked.length > 0) return { events: typed(asked) };
  const pausedFor = rollout.pause?.serverVersion;
  const isOther = pausedFor !== undefined && serverVersion !== undefined && pausedFor !== serverVersion;
  const resumed = { by: by.person, serverUser: by.user, policy, judged, ...(isOther ? { serverVersion } : {}) };
  return { events: [{ type: "rollout.continued", data: resumed }] };
}

/** What a request asked for that came to nothing is still to be agreed to. */
function withEarlier({ request }: Rollout, because: readonly Cause[]): readonly Cause[] {
  const earlier = request?.closed ? (request.because ?? []) : [];
  return [...earlier.filter(({ code }) => because.every((cause) => cause.code !== code)), ...because];
}

/** A card has room for the beginning of a command. */
const MAX_TYPED = 3_000;

/** What begins a rollout: it starts at once where no approvals are wanted and no time is given, otherwise it asks, or waits. */
export function begin(
  given: Today & {
    readonly rollout: string;
    readonly plan: Plan;
    readonly by: Party;
    readonly channel: string;
    /** Agents that count, see countedSize. */
    readonly size: number;
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
  },
): Extract<RolloutEvent, { readonly type: "rollout.requested" | "rollout.started" }> {
  const { rollout, plan, by, channel, policy, size, now, judged, findings, facts } = given;
  const needed = given.emergency ? 0 : approvalsFor(policy, size);
  const typed = given.typed ? { typed: given.typed.slice(0, MAX_TYPED) } : {};
  const base = { rollout, plan, serverUser: by.user, channel, policy, size, judged, ...typed };
  if (needed === 0 && given.at === undefined) return { type: "rollout.started", data: { ...base, owner: by.person } };
  const expiresAt = expiryOf(policy, now, given.at);
  const told = findings ? { found: shortened(findings) } : {};
  const seen = facts ? { facts } : {};
  const asked = { ...base, requester: by.person, needed, expiresAt, because: null, ...told, ...seen };
  return { type: "rollout.requested", data: asked };
}
