import { expect, test } from "vitest";
import type { ReviewRefusal } from "../../src/model/rollout/decide-review.ts";
import { reviewRefusal } from "../../src/phrases/review-refusal.ts";

const rollout = "prod-1";
const SAID: readonly (readonly [ReviewRefusal, string])[] = [
  [{ code: "no-review", rollout }, "prod-1 has no review: it was not started in an emergency."],
  [{ code: "reviewed", rollout }, "The review of prod-1 was closed already."],
  [
    { code: "own-rollout", rollout, server: "prod", user: "alice" },
    "On prod you are alice, who started prod-1 or owned it. Another person has to review it.",
  ],
  [{ code: "no-note", rollout }, "A review requires a note: what you looked at, and what follows from it."],
];

test.each(SAID)("a review that is not closed is answered: %o", (why, said) => {
  expect(reviewRefusal(why)).toBe(said);
});
