import { expect, test } from "vitest";
import type { RequestRefusal } from "../../src/model/rollout/request.ts";
import { requestRefusal } from "../../src/phrases/request-refusal.ts";

const rollout = "prod-1";
const SAID: readonly (readonly [RequestRefusal, string])[] = [
  [{ code: "not-requested", rollout }, "prod-1 was started without a request: there is nothing to approve."],
  [{ code: "closed", rollout, how: "denied" }, "prod-1 was denied already."],
  [{ code: "closed", rollout, how: "withdrawn" }, "prod-1 was withdrawn already."],
  [{ code: "closed", rollout, how: "expired" }, "prod-1 was closed because it expired already."],
  [
    { code: "replaced", rollout },
    "This button belongs to an older request of prod-1: what it asked for has changed since. Look at its card.",
  ],
  [{ code: "not-waiting", rollout }, "prod-1 is not waiting for approval any more."],
  [{ code: "expired", rollout }, "The request of prod-1 has expired. It can be asked again."],
  [{ code: "has-approvals", rollout }, "prod-1 has the approvals that it needs already."],
  [{ code: "own-rollout", rollout }, "You asked for prod-1 or owned it, so another person has to approve it."],
  [
    { code: "own-other-account", rollout, server: "prod", user: "alice" },
    "On prod you are alice, who asked for prod-1 or owned it from another Slack account. Another person has to approve it.",
  ],
  [{ code: "approved-by-you", rollout }, "You approved prod-1 already."],
  [
    { code: "approved-by-same-user", rollout, user: "bob" },
    "bob approved prod-1 already, from another Slack account: one user of the server counts once.",
  ],
  [{ code: "no-reason", rollout }, "A denial requires a reason."],
  [{ code: "not-requester", rollout }, "Only the requester of prod-1 can withdraw it. An approver can deny it."],
];

test.each(SAID)("a press that does nothing is answered: %o", (why, said) => {
  expect(requestRefusal(why)).toBe(said);
});
