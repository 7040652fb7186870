import type { ReviewRefusal } from "../model/rollout/decide-review.ts";

/** Why a review is not closed, for the person who tried. */
export function reviewRefusal(why: ReviewRefusal): string {
  const { rollout: id } = why;
  switch (why.code) {
    case "no-review":
      return `${id} has no review: it was not started in an emergency.`;
    case "reviewed":
      return `The review of ${id} was closed already.`;
    case "own-rollout":
      return `On ${why.server} you are ${why.user}, who started ${id} or owned it. Another person has to review it.`;
    case "no-note":
      return "A review requires a note: what you looked at, and what follows from it.";
  }
}
