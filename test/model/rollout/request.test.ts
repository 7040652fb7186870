import { describe, expect, test } from "vitest";
import type { Policy } from "../../../src/model/policy.ts";
import type { Approval } from "../../../src/model/rollout/approval.ts";
import {
  approvalsWanted,
  coveredUntil,
  decideApprove,
  decideDeny,
  decideWithdraw,
  isApproved,
  isAsking,
  isHeldApproved,
  isScheduled,
  missedApprovals,
  requestKey,
  resumesWhenApproved,
  validApprovals,
  wasApproved,
} from "../../../src/model/rollout/request.ts";
import type { Rollout } from "../../../src/model/rollout/rollout.ts";
import { policyWith } from "../../support/policy.ts";
import { today } from "../../support/today.ts";
import { plannedAgent, planOf, requestOf } from "../../support/upgrades.ts";

const PLAN = planOf([plannedAgent("a")]);
const RULES = policyWith({ approvals: 1 });
const SELF = policyWith({ approvals: 1, selfApproval: true });
const ENDS = 60 * 60_000;

const party = (person: string, user: string) => ({ person, user: { id: user, name: user } });
const ANN = party("U0ANN", "ann");
const approval = (person: string, user: string, lost?: true): Approval => ({
  ...party(person, user),
  ...{ at: 5, position: 9 },
  ...(lost ? { read: { at: 6, lost: "unlisted" } } : {}),
});

/** Alice's request, as a test has it. */
function asked(
  given: Partial<Rollout> = {},
  request: Partial<NonNullable<Rollout["request"]>> = {},
  policy = RULES,
): Rollout {
  const rollout = requestOf(PLAN, policy, { needed: 1 });
  if (!rollout.request) throw new Error("there is a request");
  return { ...rollout, request: { ...rollout.request, ...request }, ...given };
}

const KEY = requestKey(asked().request as NonNullable<Rollout["request"]>);
const DENIED = { how: "denied", by: "U0ANN", reason: "no", causes: [] } as const;

/** What comes of a decision: the event's type, or the code of the refusal. */
function told(decision: ReturnType<typeof decideApprove>): string | undefined {
  return "refusal" in decision ? decision.refusal.code : decision.events[0]?.type;
}

const decisions = {
  approve: (rollout: Rollout, key: string, now: number) =>
    decideApprove(rollout, { key, by: ANN, ...today(RULES, now) }),
  deny: (rollout: Rollout, key: string, now: number) =>
    decideDeny(rollout, { key, by: "U0ANN", reason: "no", policy: RULES, now }),
  withdraw: (rollout: Rollout, key: string, now: number) =>
    decideWithdraw(rollout, { key, by: "U0ALICE", policy: RULES, now }),
};

describe.each(Object.entries(decisions))("to %s", (what, decide) => {
  test.each<[string, Rollout, string, number, string | undefined]>([
    ["a request until its end", asked(), KEY, ENDS - 1, undefined],
    ["one at its end", asked(), KEY, ENDS, "expired"],
    ["what nobody is asked for", asked({ request: undefined }), KEY, 0, "not-requested"],
    ["one that is closed", asked({}, { closed: DENIED }), KEY, 0, "closed"],
    ["one that was made anew", asked({}, { round: 2 }), KEY, 0, "replaced"],
    ["one of a rollout that runs", asked({ status: "running" }), KEY, 0, "not-waiting"],
    ["one that was used", asked({}, { used: true }), KEY, 0, "not-waiting"],
  ])("%s", (_which, rollout, key, now, refusal) => {
    const done = { approve: "rollout.approved", deny: "rollout.denied", withdraw: "rollout.withdrawn" }[what];
    expect(told(decide(rollout, key, now))).toBe(refusal ?? done);
  });
});

test.each<[string, Rollout, ReturnType<typeof party>, Policy, string]>([
  [
    "somebody else, of two that it wants",
    asked({}, { needed: 2, approvals: [approval("U0BEN", "ben")] }),
    ANN,
    RULES,
    "rollout.approved",
  ],
  ["who asked", asked(), party("U0ALICE", "other"), RULES, "own-rollout"],
  ["who asked, from another account in Slack", asked(), party("U0ALICE2", "u"), RULES, "own-other-account"],
  ["who asked, by the newer rules alone", asked(), party("U0ALICE", "u"), SELF, "own-rollout"],
  ["who asked, by the older rules alone", asked({}, {}, SELF), party("U0ALICE", "u"), RULES, "own-rollout"],
  ["who asked, by both", asked({}, {}, SELF), party("U0ALICE", "u"), SELF, "rollout.approved"],
  [
    "anybody, once it has its approvals",
    asked({}, { approvals: [approval("U0BEN", "ben")] }),
    ANN,
    RULES,
    "has-approvals",
  ],
  ["who approved", asked({}, { needed: 2, approvals: [approval("U0ANN", "x")] }), ANN, RULES, "approved-by-you"],
  [
    "who approved as the same user",
    asked({}, { needed: 2, approvals: [approval("U0X", "ann")] }),
    ANN,
    RULES,
    "approved-by-same-user",
  ],
  [
    "who approved, and has lost that",
    asked({}, { approvals: [approval("U0ANN", "ann", true)] }),
    ANN,
    RULES,
    "rollout.approved",
  ],
])("an approval of %s", (_who, rollout, by, policy, outcome) => {
  expect(told(decideApprove(rollout, { key: KEY, by, ...today(policy, 0) }))).toBe(outcome);
});

test("a denial needs a reason, and only who asked can withdraw", () => {
  const given = { key: KEY, by: "U0ANN", policy: RULES, now: 0 };
  expect(told(decideDeny(asked(), { ...given, reason: "  " }))).toBe("no-reason");
  expect(told(decideWithdraw(asked(), given))).toBe("not-requester");
});

test("who has lost an approval gives way to another account of the same user, and does not count", () => {
  const rollout = asked({}, { approvals: [approval("U0ANN", "ann", true), approval("U0ANN2", "ann")] });
  expect(validApprovals(rollout, RULES).map(({ person }) => person)).toEqual(["U0ANN2"]);
  expect(isApproved(asked({}, { approvals: [approval("U0ANN", "ann", true)] }), RULES)).toBe(false);
});

test("a lost approval is missed only where those that are left are too few", () => {
  const lost = [{ by: "U0ANN", user: ANN.user, why: "unlisted" } as const];
  const [ann, ben] = [approval("U0ANN", "ann"), approval("U0BEN", "ben")];
  expect(missedApprovals(asked({}, { approvals: [ann] }), lost, RULES)).toBe(lost);
  expect(missedApprovals(asked({}, { approvals: [ann, ben] }), lost, RULES)).toEqual([]);
  const both = [...lost, { by: "U0BEN", user: ben.user, why: "unlisted" } as const];
  expect(missedApprovals(asked({}, { approvals: [ann, ben] }), both, RULES)).toBe(both);
  // It lacks approvals already.
  expect(missedApprovals(asked({}, { needed: 2, approvals: [ann] }), lost, RULES)).toEqual([]);
  expect(missedApprovals(asked({}, { approvals: [ann] }), [], RULES)).toEqual([]);
});

test("a request that is closed was approved if it had its approvals", () => {
  expect(wasApproved(asked({}, { closed: DENIED, approvals: [approval("U0BEN", "ben")] }), RULES)).toBe(true);
  expect(wasApproved(asked({}, { closed: DENIED }), RULES)).toBe(false);
});

const PAUSED = { status: "paused" } as const;
const BEN = { approvals: [approval("U0BEN", "ben")] };
const NAMED = policyWith({ approvals: 1, dangerous: true });

test.each<[string, Rollout, Policy, Partial<Record<"asking" | "resumes" | "held" | "scheduled", true>>]>([
  ["waits for its start", asked(), RULES, { asking: true }],
  [
    "is to start later",
    asked({ schedule: { at: 9, by: "U0ALICE" } as never }),
    RULES,
    { asking: true, scheduled: true },
  ],
  [
    "was to start later, and is paused",
    asked({ ...PAUSED, schedule: { at: 9 } as never }),
    RULES,
    { asking: true, resumes: true },
  ],
  ["is paused", asked(PAUSED, BEN), RULES, { asking: true, resumes: true }],
  ["was paused by a person meanwhile", asked(PAUSED, { ...BEN, held: true }), RULES, { asking: true, held: true }],
  ["is paused on a dangerous server", asked(PAUSED, BEN), NAMED, { asking: true, resumes: true, held: true }],
  [
    "is paused there, and its name was typed",
    asked(PAUSED, { ...BEN, held: false }),
    NAMED,
    { asking: true, resumes: true },
  ],
  ["waits for its start on a dangerous server", asked({}, BEN), NAMED, { asking: true }],
  ["is paused, and lacks approvals", asked(PAUSED, { held: true }), RULES, { asking: true }],
  ["is paused, and a former request was used", asked(PAUSED, { ...BEN, used: true }), RULES, {}],
  [
    "is paused, and a former request was used after a pause",
    asked(PAUSED, { ...BEN, used: true, held: true }),
    RULES,
    {},
  ],
  ["is paused, and its request is over", asked(PAUSED, { closed: DENIED, held: true }), RULES, {}],
  ["runs", asked({ status: "running" }, BEN), RULES, {}],
])("what its approval does to a rollout that %s", (_what, rollout, policy, is) => {
  expect({
    ...(isAsking(rollout) ? { asking: true } : {}),
    ...(resumesWhenApproved(rollout) ? { resumes: true } : {}),
    ...(isHeldApproved(rollout, policy) ? { held: true } : {}),
    ...(isScheduled(rollout) ? { scheduled: true } : {}),
  }).toEqual(is);
});

test("one that has its approvals can be denied also at its end", () => {
  expect(told(decisions.deny(asked({}, BEN), KEY, ENDS))).toBe("rollout.denied");
});

test("an emergency wants approvals once it has been asked for, or its server takes none any more", () => {
  const rules = policyWith({ approvals: 1, emergency: true });
  const emergency = asked({ review: {} as never });
  expect(approvalsWanted({ ...emergency, request: undefined }, rules)).toBe(0);
  expect(approvalsWanted({ ...emergency, request: undefined }, RULES)).toBe(1);
  expect(approvalsWanted(emergency, rules)).toBe(1);
});

test("an approval covers what begins from when it was given, or from the start that it was given for", () => {
  const rules = policyWith({ approvals: 1, approvalCovers: 100 });
  expect(coveredUntil(asked({}, BEN, rules), rules)).toBe(105);
  expect(coveredUntil(asked({ schedule: { at: 50 } as never }, BEN, rules), rules)).toBe(150);
});
