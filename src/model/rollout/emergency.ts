import { everyAgent, type Plan } from "../plan/plan.ts";
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

/** @param by who may approve there, with the identity and the standing of this moment. */
export function decideReview(rollout: Rollout, { by, note }: { readonly by: Party; readonly note: string }): Decision {
  const { id, review, plan } = rollout;
  if (!review) return { refusal: `${id} has no review: it was not started in an emergency.` };
  if (review.closed) return { refusal: `The review of ${id} was closed already.` };
  if (isParty(rollout, by))
    return {
      refusal: `On ${plan.server} you are ${by.user.name}, who started ${id} or owned it. Another person has to review it.`,
    };
  if (note.trim() === "") return { refusal: "A review requires a note: what you looked at, and what follows from it." };
  return { events: [{ type: "review.closed", data: { by: by.person, serverUser: by.user, note: note.trim() } }] };
}
