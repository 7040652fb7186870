import type { StoredEvent } from "../../../model/events.ts";
import type { Policy } from "../../../model/policy.ts";
import { approverRights, NO_RULES } from "./check-press.ts";
import { finding, type Judgement, unrecorded } from "./claims.ts";
import { type Course, isSame } from "./course.ts";

type Closed = Extract<StoredEvent, { readonly type: "review.closed" }>;

/** The end of an emergency's review: an approver of that time may close it who never owned the rollout (docs/adr/0043-emergencies.md). */
export function checkReviewClosed(course: Course, event: Closed, inForce: Policy | undefined): void {
  course.review = { ...(course.review ?? event), isOpen: false };
  course.tally.add("review", event, reviewed(course, event.data, inForce));
}

function reviewed(course: Course, data: Closed["data"], inForce: Policy | undefined): Judgement {
  const { by: person, serverUser: user, note, judged } = data;
  const name = [{ person }, " (", { data: user.name }, ")"] as const;
  if (course.parties.some((party) => isSame(party, { person, user })))
    return finding(...name, " closed the review of an emergency that they started or owned.");
  if (!inForce) return unrecorded(NO_RULES);
  const rights = approverRights(person, inForce, judged);
  return rights.kind === "proven" ? { ...rights, note: [...name, " closed the review: ", { data: note }] } : rights;
}

/** Checks, once the rollout can do nothing more, that an emergency has a review and that somebody closed it. */
export function checkReviewEnd({ tally, review, emergency }: Course): void {
  if (emergency && !review)
    tally.add("review", emergency, finding("It started as an emergency, and no review was opened."));
  if (review?.isOpen) tally.add("review", review, unrecorded("the end of its review, which is still open"));
}
