import type { AgentRef } from "../../core/agent-ref.ts";
import { everyAgent } from "../plan/plan.ts";
import { approvalsFor, type Policy } from "../policy.ts";
import { hashPolicy } from "../policy-hash.ts";
import type { Today } from "../today.ts";
import { type Approval, isLost } from "./approval.ts";
import type { LostApproval } from "./lost-approval.ts";
import type { Rollout } from "./rollout.ts";
import type { RolloutEvent } from "./rollout-events.ts";
import type { Party, Request } from "./rollout-parts.ts";

/** The events that follow, or why there are none. */
export type Decision<R> = { readonly events: readonly RolloutEvent[] } | { readonly refusal: R };

/** Why a press on a request does nothing: no one can act on it (any more), or this person cannot. */
export type RequestRefusal = { readonly rollout: string } & (
  | { readonly code: "not-requested" | "replaced" | "not-waiting" | "expired" }
  | { readonly code: "closed"; readonly how: NonNullable<Request["closed"]>["how"] }
  | { readonly code: "has-approvals" | "own-rollout" | "approved-by-you" | "no-reason" | "not-requester" }
  | { readonly code: "own-other-account"; readonly server: string; readonly user: string }
  | { readonly code: "approved-by-same-user"; readonly user: string }
);

/** So many agents of one person start without approval within 24 h in an emergency. docs/adr/0043-emergencies.md says why so few. */
export const MAX_IN_EMERGENCY = 10;

/** How many approvals the rollout wants: the stricter of what was wanted when it was asked and of the rules now. */
export function approvalsWanted(rollout: Rollout, policy: Policy): number {
  if (runsInEmergency(rollout, policy)) return 0;
  return Math.max(rollout.request?.needed ?? 0, approvalsFor(policy, rollout.size));
}

/** Once approval was asked for, or the server takes no emergencies any more, it is a rollout as any other. */
function runsInEmergency({ review, request, plan }: Rollout, { emergency }: Policy): boolean {
  return emergency && review !== undefined && request === undefined && everyAgent(plan).length <= MAX_IN_EMERGENCY;
}

/**
 * The approvals of the last round, each by another person and another user of the server, and none by anybody who ever asked for the
 * rollout or owned it, unless both the old rules and the new ones accept that. Who has lost theirs can give another one.
 */
export function givenApprovals(rollout: Rollout, policy: Policy): readonly Approval[] {
  const { request } = rollout;
  if (!request || request.closed) return [];
  const self = policy.selfApproval && rollout.policy?.selfApproval === true;
  const counted: Approval[] = [];
  for (const approval of request.approvals.toSorted((a, b) => Number(isLost(a)) - Number(isLost(b))))
    if (!(counted.some((other) => isSame(other, approval)) || (!self && isParty(rollout, approval))))
      counted.push(approval);
  return counted;
}

/** The approvals that count: those whose givers could still give them, when they were read last. */
export function validApprovals(rollout: Rollout, policy: Policy): readonly Approval[] {
  return givenApprovals(rollout, policy).filter((approval) => !isLost(approval));
}

/** Whether it has what it wants. */
export function isApproved(rollout: Rollout, policy: Policy): boolean {
  return validApprovals(rollout, policy).length >= approvalsWanted(rollout, policy);
}

/** Whether a request that is closed had what it wants by these rules. */
export function wasApproved(rollout: Rollout, policy: Policy): boolean {
  const { request } = rollout;
  return request !== undefined && isApproved({ ...rollout, request: { ...request, closed: undefined } }, policy);
}

/** The rollout without the approvals whose givers could not give them any more. */
function withoutLost(rollout: Rollout, lost: readonly LostApproval[]): Rollout {
  const { request } = rollout;
  if (!request || lost.length === 0) return rollout;
  const approvals = request.approvals.filter(({ person }) => !lost.some(({ by }) => by === person));
  return { ...rollout, request: { ...request, approvals } };
}

/** The approvals without which it is not approved any more; none where those that are left are enough. */
export function missedApprovals(
  rollout: Rollout,
  lost: readonly LostApproval[],
  policy: Policy,
): readonly LostApproval[] {
  const wasApproved = givenApprovals(rollout, policy).length >= approvalsWanted(rollout, policy);
  return wasApproved && !isApproved(withoutLost(rollout, lost), policy) ? lost : [];
}

/** Until when upgrades may begin on the strength of the approvals; Infinity where none are wanted, 0 where they are missing. */
export function coveredUntil(rollout: Rollout, policy: Policy): number {
  const wanted = approvalsWanted(rollout, policy);
  if (wanted === 0) return Number.POSITIVE_INFINITY;
  const last = validApprovals(rollout, policy)[wanted - 1];
  const covers = Math.min(policy.approvalCovers, rollout.policy?.approvalCovers ?? policy.approvalCovers);
  // An approval of a scheduled start was given for that time, and a moved one is asked for again.
  return last ? Math.max(last.at, rollout.schedule?.at ?? 0) + covers : 0;
}

/** Whether approvals are being waited for: those that are there may be too few, or nobody has acted on them yet. */
export function isAsking(rollout: Rollout): boolean {
  const { request, status } = rollout;
  return request !== undefined && !request.closed && !request.used && (status === "requested" || status === "paused");
}

/** Whether its approvals resume it: it paused for them, or a person pressed Resume, and nothing has paused it since. */
export function resumesWhenApproved(rollout: Rollout): boolean {
  return rollout.status === "paused" && isAsking(rollout) && !rollout.request?.held;
}

/** Whether its approvals leave it paused. On a dangerous server they do, unless who asked has typed its name. */
export function isHeld({ request, status }: Rollout, { dangerous }: Policy): boolean {
  return request?.held ?? (dangerous && status === "paused");
}

/** Whether it has its approvals, and a person has to resume it. */
export function isHeldApproved(rollout: Rollout, policy: Policy): boolean {
  return isHeld(rollout, policy) && isAsking(rollout) && isApproved(rollout, policy);
}

/** What a button carries, so that an old one is known: the round and the plan. */
export function requestKey(request: Request): string {
  return `${request.round}.${request.hash.slice(0, 12)}`;
}

/** Why no one can act on the request (any more); undefined if people can. Until it starts, one that is approved can be withdrawn or denied. */
export function blocked(rollout: Rollout, key: string, policy: Policy, now: number): RequestRefusal | undefined {
  const { id, request } = rollout;
  if (!request) return { code: "not-requested", rollout: id };
  if (request.closed) return { code: "closed", rollout: id, how: request.closed.how };
  if (key !== requestKey(request)) return { code: "replaced", rollout: id };
  if (!isAsking(rollout)) return { code: "not-waiting", rollout: id };
  if (!isApproved(rollout, policy) && now >= request.expiresAt) return { code: "expired", rollout: id };
  return undefined;
}

/** @param by whose identity and standing as an approver were read at this moment. */
export function decideApprove(
  rollout: Rollout,
  given: Today & { readonly key: string; readonly by: Party },
): Decision<RequestRefusal> {
  const { by, policy, judged } = given;
  const { id, request } = rollout;
  if (!request) return { refusal: { code: "not-requested", rollout: id } };
  const blockedBy = blocked(rollout, given.key, policy, given.now);
  if (blockedBy) return { refusal: blockedBy };
  if (isApproved(rollout, policy)) return { refusal: { code: "has-approvals", rollout: id } };
  const { approvals, round, hash } = request;
  const known = rollout.parties.find((party) => isSame(party, by));
  const self = policy.selfApproval && rollout.policy?.selfApproval === true;
  if (known && !self) return { refusal: partyRefusal(rollout, known, by) };
  const same = approvals.find((approval) => !isLost(approval) && isSame(approval, by));
  if (same?.person === by.person) return { refusal: { code: "approved-by-you", rollout: id } };
  if (same) return { refusal: { code: "approved-by-same-user", rollout: id, user: by.user.name } };
  const rules = { policyHash: hashPolicy(policy), judged };
  return {
    events: [{ type: "rollout.approved", data: { by: by.person, serverUser: by.user, round, hash, ...rules } }],
  };
}

export function decideDeny(
  rollout: Rollout,
  given: { key: string; by: string; reason: string; policy: Policy; now: number },
): Decision<RequestRefusal> {
  const blockedBy = blocked(rollout, given.key, given.policy, given.now);
  if (blockedBy) return { refusal: blockedBy };
  if (given.reason.trim() === "") return { refusal: { code: "no-reason", rollout: rollout.id } };
  return { events: [{ type: "rollout.denied", data: { by: given.by, reason: given.reason.trim() } }] };
}

export function decideWithdraw(
  rollout: Rollout,
  given: { key: string; by: string; policy: Policy; now: number },
): Decision<RequestRefusal> {
  const blockedBy = blocked(rollout, given.key, given.policy, given.now);
  if (blockedBy) return { refusal: blockedBy };
  if (rollout.request?.requester.person !== given.by)
    return { refusal: { code: "not-requester", rollout: rollout.id } };
  return { events: [{ type: "rollout.withdrawn", data: { by: given.by } }] };
}

/** Whether somebody ever asked for the rollout or owned it, from whichever of their Slack accounts. */
export function isParty(rollout: Rollout, who: { readonly person: string; readonly user: AgentRef }): boolean {
  return rollout.parties.some((party) => isSame(party, who));
}

function isSame(a: Pick<Party, "person" | "user">, b: Pick<Party, "person" | "user">): boolean {
  return a.person === b.person || a.user.id === b.user.id;
}

function partyRefusal({ id, plan }: Rollout, known: Party, by: Party): RequestRefusal {
  if (known.person === by.person) return { code: "own-rollout", rollout: id };
  return { code: "own-other-account", rollout: id, server: plan.server, user: by.user.name };
}

/** Whether it begins later, by itself. */
export function isScheduled(rollout: Rollout): boolean {
  return rollout.schedule !== undefined && rollout.status === "requested" && isAsking(rollout);
}
