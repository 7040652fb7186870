import { everyAgent, type Plan } from "../plan/plan.ts";
import { hashPolicy } from "../policy-hash.ts";
import type { Today } from "../today.ts";
import { type Decision, isParty } from "./request.ts";
import type { Rollout } from "./rollout.ts";
import type { RolloutEvent } from "./rollout-events.ts";
import type { Party, Review } from "./rollout-parts.ts";

const DAY = 24 * 60 * 60_000;
/** An open review is reminded of once a day, so many times; it stays listed after that. */
const MAX_REMINDERS = 14;

/** What is written down together with the start. */
export function openReview(plan: Plan, by: Party): RolloutEvent {
  const reason = plan.options.reason ?? "";
  return {
    type: "review.opened",
    data: { by: by.person, serverUser: by.user, reason, agents: everyAgent(plan).length },
  };
}

/** What the time alone brings to a review that stays open. */
export function reviewDue(review: Review, now: number): readonly RolloutEvent[] {
  const due = !review.closed && review.reminders < MAX_REMINDERS && now - review.lastAt >= DAY;
  return due ? [{ type: "review.reminded", data: {} }] : [];
}

/** Why a review is not closed. */
export type ReviewRefusal = { readonly rollout: string } & (
  | { readonly code: "no-review" | "reviewed" | "no-note" }
  | { readonly code: "own-rollout"; readonly server: string; readonly user: string }
);

/** @param by who may approve there, with the identity and the standing of this moment. */
export function decideReview(
  rollout: Rollout,
  given: Pick<Today, "policy" | "judged"> & { readonly by: Party; readonly note: string },
): Decision<ReviewRefusal> {
  const { by, note, policy, judged } = given;
  const { id, review, plan } = rollout;
  if (!review) return { refusal: { code: "no-review", rollout: id } };
  if (review.closed) return { refusal: { code: "reviewed", rollout: id } };
  if (isParty(rollout, by))
    return { refusal: { code: "own-rollout", rollout: id, server: plan.server, user: by.user.name } };
  if (note.trim() === "") return { refusal: { code: "no-note", rollout: id } };
  const closed = { by: by.person, serverUser: by.user, note: note.trim(), policyHash: hashPolicy(policy), judged };
  return { events: [{ type: "review.closed", data: closed }] };
}
