import type { StoredEvent } from "../../../model/events.ts";
import { approverRights, NO_PRESS_RULES, NO_RULES, type PressRules } from "./check-press.ts";
import { finding, type Judgement, unrecorded } from "./claims.ts";
import { type Course, isSame } from "./course.ts";

type Closed = Extract<StoredEvent, { readonly type: "review.closed" }>;

/** The end of an emergency's review: an approver of that time may close it who never owned the rollout (docs/adr/0043-emergencies.md). */
export function checkReviewClosed(course: Course, event: Closed, rules: PressRules): void {
  course.review = { ...(course.review ?? event), isOpen: false };
  course.tally.add("review", event, reviewed(course, event.data, rules));
}

function reviewed(course: Course, data: Closed["data"], { policy, areOwn }: PressRules): Judgement {
  const { by: person, serverUser: user, note, judged } = data;
  const name = [{ person }, " (", { data: user.name }, ")"] as const;
  if (course.parties.some((party) => isSame(party, { person, user })))
    return finding(...name, " closed the review of an emergency that they started or owned.");
  if (!policy) return unrecorded(areOwn ? NO_PRESS_RULES : NO_RULES);
  const rights = approverRights(person, policy, judged);
  const isByRules = rights.kind === "finding" && approverRights(person, undefined, judged).kind !== "finding";
  if (isByRules && !areOwn) return unrecorded(NO_PRESS_RULES);
  return rights.kind === "proven" ? { ...rights, note: [...name, " closed the review: ", { data: note }] } : rights;
}

/** Checks, once the rollout can do nothing more, that an emergency has a review and that somebody closed it. */
export function checkReviewEnd({ tally, review, emergency }: Course): void {
  if (emergency && !review)
    tally.add("review", emergency, finding("It started as an emergency, and no review was opened."));
  if (review?.isOpen) tally.add("review", review, unrecorded("the end of its review, which is still open"));
}
