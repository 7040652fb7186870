import { expect, test } from "vitest";
import type { HandoverRefusal } from "../../../src/features/handover/decide-handover.ts";
import { handoverRefusal } from "../../../src/features/handover/handover-words.ts";

const rollout = "prod-1";
const over = (how: Extract<HandoverRefusal, { code: "offer-over" }>["how"]): HandoverRefusal => ({
  code: "offer-over",
  rollout,
  how,
});
const SAID: readonly (readonly [HandoverRefusal, string])[] = [
  [
    { code: "not-owner", rollout },
    "Only the owner of prod-1 can hand it over. When it is paused, Resume takes it over.",
  ],
  [{ code: "owns-it", rollout }, "prod-1 is theirs already."],
  [{ code: "not-started", rollout }, "prod-1 has not started. Withdraw it, and let its new owner ask for it."],
  [{ code: "stopping", rollout }, "prod-1 is stopping: there is nothing left to hand over."],
  [{ code: "over", rollout }, "prod-1 is over: there is nothing left to hand over."],
  [{ code: "older-offer", rollout }, "This offer of prod-1 is not the newest one. Look in its thread."],
  [{ code: "offer-expired", rollout }, "This offer of prod-1 has expired. The owner can offer it again."],
  [{ code: "not-offered-to-you", rollout }, "prod-1 was offered to another person."],
  [over("taken"), "This offer of prod-1 is over: it was accepted."],
  [over("declined"), "This offer of prod-1 is over: it was declined or withdrawn."],
  [over("expired"), "This offer of prod-1 is over: it was not accepted in time."],
  [over("replaced"), "This offer of prod-1 is over: a newer offer replaced it."],
  [over("void"), "This offer of prod-1 is over: another person owns the rollout now."],
  [over("nothing-left"), "This offer of prod-1 is over: nothing of the rollout is left to hand over."],
];

test.each(SAID)("a handover that does not happen is answered: %o", (why, said) => {
  expect(handoverRefusal(why)).toBe(said);
});
