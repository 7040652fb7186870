import { expect, test } from "vitest";
import type { Policy } from "../../../src/model/policy.ts";
import { approvalsWanted, coveredUntil, validApprovals } from "../../../src/model/rollout/request.ts";
import type { RolloutEvent } from "../../../src/model/rollout/rollout-events.ts";
import { policyWith } from "../../support/policy.ts";
import { plannedAgent, planOf, requestOf } from "../../support/upgrades.ts";

const PLAN = planOf([plannedAgent("a")]);
const by = (person: string, user: string) =>
  ({
    type: "rollout.approved",
    data: { by: person, serverUser: { id: user, name: user }, round: 1, hash: PLAN.hash },
  }) as const satisfies RolloutEvent;
const valid = (then: Policy, now: Policy, ...events: readonly RolloutEvent[]) =>
  validApprovals(requestOf(PLAN, then, {}, ...events), now).map(({ person }) => person);

test("the requester's own approval counts only if both the rules then and the rules now accept it", () => {
  const self = policyWith({ selfApproval: true });
  const own = by("U0ALICE", "u");
  expect(valid(self, self, own)).toEqual(["U0ALICE"]);
  for (const [then, now] of [
    [self, policyWith()],
    [policyWith(), self],
    [policyWith(), policyWith()],
  ] as const)
    expect(valid(then, now, own)).toEqual([]);
});

test("two accounts of one user of the server are one approver, and a request that is over has none", () => {
  const rules = policyWith();
  expect(valid(rules, rules, by("U0BOB", "b"), by("U0BOB2", "b"), by("U0EVE", "e"))).toEqual(["U0BOB", "U0EVE"]);
  const over = { type: "rollout.withdrawn", data: { by: "U0ALICE" } } as const;
  expect(valid(rules, rules, by("U0BOB", "b"), over)).toEqual([]);
});

test("it wants as many approvals, and is covered for as short, as the stricter of the rules then and now", () => {
  for (const [then, now] of [
    [1, 2],
    [2, 1],
  ] as const) {
    const rules = (n: number) => policyWith({ approvals: n, approvalCovers: 1_000 / n });
    const rollout = requestOf(PLAN, rules(then), { needed: then }, by("U0BOB", "b"), by("U0EVE", "e"));
    expect([approvalsWanted(rollout, rules(now)), coveredUntil(rollout, rules(now))]).toEqual([2, 500]);
  }
});
