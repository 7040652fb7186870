import { expect, test } from "vitest";
import { cause } from "../../../src/core/cause.ts";
import { textOf } from "../../../src/core/view.ts";
import { requestReplies } from "../../../src/features/approval/request-thread.ts";
import { rerunWords } from "../../../src/features/approval/request-view.ts";
import { drawCard } from "../../../src/features/contributions.ts";
import type { Plan } from "../../../src/model/plan/plan.ts";
import type { PlanFacts } from "../../../src/model/plan/plan-facts.ts";
import { foldProgress } from "../../../src/model/rollout/progress.ts";
import type { Rollout } from "../../../src/model/rollout/rollout.ts";
import type { RolloutEvent } from "../../../src/model/rollout/rollout-events.ts";
import { linesOnPhone } from "../../support/phone-lines.ts";
import { policyWith } from "../../support/policy.ts";
import { plannedAgent, planOf, requestOf, rolloutOf } from "../../support/upgrades.ts";

const MINUTE = 60_000;
const REMINDED = { type: "rollout.reminded", data: {} } as const;
const policy = policyWith({
  approvals: 1,
  whenBusy: "auto",
  approvers: { people: ["U0BOB"], usergroups: [], usergroupPermissions: [], roles: [] },
});
const busy = [{ id: "web-3", name: "web-3" }];
const FACTS: PlanFacts = {
  takes: 6 * MINUTE,
  learned: true,
  perRelay: 2,
  activity: { kind: "known", running: 1, unnamed: 0, busy },
  notSelected: 3,
  overLimit: 0,
  offline: 2,
  exceedsWindow: true,
  candidates: 20,
  withoutEffect: [{ name: "--exclude db-2" }],
  unjudged: { unknown: [], neverContacted: 0, unreachable: 1 },
};

function cardOf(rollout: Rollout, rules = policy) {
  const progress = foldProgress({ total: 16, upgrades: [], stopping: false, retried: () => false });
  const slots = { ours: 0, external: 0, open: 10, of: 10, reason: undefined };
  const none = { busy: undefined, waits: undefined, exceedsWindow: undefined, kept: undefined, times: undefined };
  return drawCard({ rollout, policy: rules, progress, upgrades: [], slots, here: 0, blocked: [], ...none });
}

function askedFor(given: Partial<Extract<RolloutEvent, { type: "rollout.requested" }>["data"]> = {}) {
  const agents = Array.from({ length: 16 }, (_, i) => plannedAgent(`web-${i + 1}`));
  const plan = {
    ...planOf(agents, { reason: "patch night" }),
    excluded: [
      {
        agent: { id: "db-1", name: "db-1" },
        reason: "never list" as const,
        cause: cause("never-list", { reason: "year end" }),
      },
    ],
  };
  const asked = { typed: 'upgrade-required --reason "patch night" --exclude db-2', facts: FACTS, ...given };
  return cardOf(requestOf(plan, policy, asked));
}

test("an approver reads what the asker saw: duration, deployments, who is left out, the window and what was typed", () => {
  const text = textOf(askedFor());
  for (const part of [
    "Upgrade 16 of 20 agents on prod to 8, asked for by U0ALICE (alice).",
    "First: web-1, web-2, web-3 and 13 more",
    "1 left out: db-1 (on the never list: year end).",
    "Reason: patch night",
    "Typed: upgrade-required --exclude db-2",
    "Without effect: --exclude db-2.",
    "1 agent is in ERROR or CONNECTING. Drydock does not know whether it needs the upgrade.",
    "About 6 min, at most 10 at a time (2 behind one relay).",
    "1 agent deployed when it was asked: web-3. Drydock upgrades an agent when its deployment ends.",
    "2 agents are offline. Drydock does not know whether they need the upgrade.",
    "It will probably not finish in the window",
    "[Agents]",
  ])
    expect(text).toContain(part);
});

test("what Drydock asks again itself does not say that agents deployed when it was asked, nor what fits the window", () => {
  const text = textOf(askedFor({ because: [cause("agents-added", { agents: 1 })] }));
  expect(text).not.toContain("deployed when it was asked");
  expect(text).not.toContain("It will probably not finish in the window");
  expect(text).toContain("About 6 min, at most 10 at a time");
});

test("it is short enough for a phone", () => {
  const none = { unknown: [], neverContacted: 0, unreachable: 0 };
  const calm = { activity: { ...FACTS.activity, busy: [], running: 0 }, offline: 0, exceedsWindow: false };
  const small = { ...FACTS, ...calm, withoutEffect: [], unjudged: none };
  expect(linesOnPhone(askedFor({ facts: small as PlanFacts }))).toBeLessThanOrEqual(16);
});

test("of an approved request that expired, the card says who approved it, and not that no one did", () => {
  const plan = planOf([plannedAgent("a")]);
  const bob = { by: "U0BOB", serverUser: { id: "u-bob", name: "bob" }, round: 1, hash: plan.hash };
  const expired = { type: "rollout.expired", data: {} } as const;
  const approved = requestOf(plan, policy, {}, { type: "rollout.approved", data: bob }, expired);
  const card = textOf(cardOf(approved));
  expect(card).toContain("Approved by U0BOB (bob)");
  expect(card).toContain("It expired before it started.");
  expect(card).not.toContain("not approved");
  expect(requestReplies(approved, policy).map(({ view }) => textOf(view))).toEqual([
    "U0ALICE prod-1 was approved, and its approvals expired before it started. Press Ask again on its card.",
  ]);
  expect(textOf(cardOf(requestOf(plan, policy, {}, expired)))).toContain("It was not approved in time: it expired");
});

test.each([
  ["of rules that want more by then", { approvals: 2 }, "U0BOB"],
  ["of rules that count no approval of the requester any more", { selfApproval: false }, "U0ALICE"],
])("a request that expired without the approvals %s is not called approved", (_what, changed, by) => {
  const plan = planOf([plannedAgent("a")]);
  const before = policyWith({ ...policy, selfApproval: true });
  const now = policyWith({ ...before, ...changed });
  const approval = { by, serverUser: { id: `u-${by}`, name: "bob" }, round: 1, hash: plan.hash };
  const expired = { type: "rollout.expired", data: {} } as const;
  const rollout = requestOf(plan, before, {}, { type: "rollout.approved", data: approval }, expired);
  expect(textOf(cardOf(rollout, before))).toContain("It expired before it started.");
  expect(textOf(cardOf(rollout, now))).toContain("It was not approved in time: it expired");
  expect(requestReplies(rollout, now).map(({ view }) => textOf(view))).toEqual([
    "U0ALICE prod-1 expired without approval. Press Ask again on its card.",
  ]);
});

test("an approved request that no person resumed in time says so in the thread, and how it goes on", () => {
  const plan = planOf([plannedAgent("a")]);
  const serverUser = { id: "u", name: "alice" };
  const base = { rollout: "prod-1", plan, requester: "U0ALICE", serverUser, channel: "C", policy, size: 1 };
  const bob = { by: "U0BOB", serverUser: { id: "u-bob", name: "bob" }, round: 1, hash: plan.hash };
  const rollout = rolloutOf(
    plan,
    { type: "rollout.paused", data: { by: "U0CAROL", kind: "person", causes: [] } },
    { type: "rollout.requested", data: { ...base, needed: 1, expiresAt: MINUTE, because: [], held: true } },
    { type: "rollout.approved", data: bob },
    { type: "rollout.expired", data: {} },
  );
  expect(requestReplies(rollout, policy).map(({ view }) => textOf(view))).toEqual([
    "U0ALICE prod-1 was approved, and no person resumed it in time. Press Resume on its card to ask again.",
  ]);
});

test.each([
  ["stopped with its request", "drydock", " Drydock stopped the rollout, because no person resumed it in time."],
  ["stopped by a person meanwhile", "U0CAROL", ""],
])("a paused rollout that was %s is not said to wait for Resume", (_what, by, then) => {
  const plan = planOf([plannedAgent("a")]);
  const serverUser = { id: "u", name: "alice" };
  const base = { rollout: "prod-1", plan, requester: "U0ALICE", serverUser, channel: "C", policy, size: 1 };
  const asking: readonly RolloutEvent[] = [
    { type: "rollout.paused", data: { by: "drydock", kind: "policy", causes: [] } },
    { type: "rollout.requested", data: { ...base, needed: 1, expiresAt: MINUTE, because: [] } },
  ];
  const stopped: RolloutEvent = { type: "rollout.stopped", data: { by } };
  const saidAfter = (...events: readonly RolloutEvent[]) =>
    requestReplies(rolloutOf(plan, ...asking, ...events, stopped), policy).map(({ view }) => textOf(view));
  expect(saidAfter({ type: "rollout.expired", data: {} })).toEqual([`U0ALICE prod-1 expired without approval.${then}`]);
  expect(saidAfter({ type: "rollout.withdrawn", data: { by: "U0ALICE" } })).toEqual([
    "U0ALICE withdrew the request of prod-1.",
  ]);
});

test("the owner and the person who pressed Resume on their rollout are both told what becomes of the request", () => {
  const plan = planOf([plannedAgent("a")]);
  const serverUser = { id: "u-dave", name: "dave" };
  const base = { rollout: "prod-1", plan, requester: "U0DAVE", serverUser, channel: "C", policy, size: 1 };
  const bob = { by: "U0BOB", serverUser: { id: "u-bob", name: "bob" }, round: 1, hash: plan.hash };
  const paused = { type: "rollout.paused", data: { by: "U0CAROL", kind: "person", causes: [] } } as const;
  const asked = { ...base, needed: 1, expiresAt: MINUTE, because: [] };
  const textsAfter = (event: RolloutEvent) => {
    const rollout = rolloutOf(plan, paused, { type: "rollout.requested", data: asked }, paused, event);
    return requestReplies(rollout, policy).map(({ view }) => textOf(view));
  };
  expect(textsAfter({ type: "rollout.approved", data: bob })).toEqual([
    "U0DAVE U0ALICE prod-1 is approved and stays paused. Press Resume or Stop on its card.",
  ]);
  expect(textsAfter({ type: "rollout.withdrawn", data: { by: "U0DAVE" } })).toEqual([
    "U0ALICE U0DAVE withdrew the request of prod-1. It stays paused. Press Resume on its card to ask again.",
  ]);
});

test("the card and the thread name only those who can still approve", () => {
  const people = ["U0ALICE", "U0BOB", "U0CAROL"];
  const two = policyWith({ approvals: 2, approvers: { ...policy.approvers, people } });
  const plan = planOf([plannedAgent("a")]);
  const bob = { by: "U0BOB", serverUser: { id: "u-bob", name: "bob" }, round: 1, hash: plan.hash };
  const asked = requestOf(plan, two);
  expect(textOf(cardOf(asked, two))).toContain("Who can approve: U0BOB or U0CAROL. It expires");
  const approved = requestOf(plan, two, {}, { type: "rollout.approved", data: bob });
  expect(textOf(cardOf(approved, two))).toContain("Who can approve: U0CAROL. It expires");
  const reminded = requestOf(plan, two, {}, { type: "rollout.approved", data: bob }, REMINDED);
  expect(requestReplies(reminded, two).map(({ view }) => textOf(view))).toContainEqual(
    expect.stringMatching(/^U0CAROL: prod-1 still waits for approval\./),
  );
  const self = policyWith({ ...two, selfApproval: true });
  expect(textOf(cardOf(requestOf(plan, self), self))).toContain("Who can approve: U0ALICE, U0BOB or U0CAROL.");
});

test("who lost their approval, and can give it anew, is named again", () => {
  const two = policyWith({ approvals: 2, approvers: { ...policy.approvers, people: ["U0BOB", "U0CAROL"] } });
  const plan = planOf([plannedAgent("a")]);
  const bob = { id: "u-bob", name: "bob" };
  const approval = { by: "U0BOB", serverUser: bob, round: 1, hash: plan.hash };
  const judged = {
    freeze: null,
    window: null,
    approvals: [{ by: "U0BOB", user: bob, lost: "deactivated", age: 0 } as const],
  };
  const by = { requester: "U0ALICE", serverUser: { id: "u", name: "alice" }, channel: "C" };
  const rollout = rolloutOf(
    plan,
    { type: "rollout.paused", data: { by: "U0ALICE", kind: "person", causes: [] } },
    {
      type: "rollout.requested",
      data: { ...by, rollout: "prod-1", plan, policy: two, size: 1, needed: 2, expiresAt: MINUTE, because: [] },
    },
    { type: "rollout.approved", data: approval },
    {
      type: "rollout.handed-over",
      data: { by: "U0DAVE", serverUser: { id: "u-dave", name: "dave" }, from: "U0ALICE", judged },
    },
  );
  expect(textOf(cardOf(rollout, two))).toContain("0 of 2 approvals. Who can approve: U0BOB or U0CAROL. It expires");
});

test("a request that is made anew when no approver is left asks no one, and tells its requester", () => {
  const none = policyWith({ ...policy, approvers: { ...policy.approvers, people: [] } });
  const plan = planOf([plannedAgent("a")]);
  const [asked] = requestReplies(requestOf(plan, none), none).map(({ view }) => textOf(view));
  expect(asked).toContain("U0ALICE prod-1 asks for 1 approval to upgrade 1 agent on prod, and no one can give it now");
  expect(asked).toContain("The platform team can add approvers.");
  expect(asked).not.toContain("no one:");
});

test("a request of an older ledger says what its plan says", () => {
  const older = requestOf(planOf([plannedAgent("a")]), policy);
  const text = textOf(cardOf(older));
  expect(text).toContain("At most 10 at a time.");
  expect(text).toContain("Upgrade 1 agent on prod");
});

test("Ask again says how many the request had, and what becomes of them", () => {
  const denied = { type: "rollout.denied", data: { by: "U0BOB", reason: "patch day" } } as const;
  const relays = [{ id: "r1", name: "relay-1", version: "7.1", agents: [{ id: "a", name: "a" }], dark: 1 }];
  const textFor = (plan: Plan, needed: number) => rerunWords(requestOf(plan, policy, { needed }, denied)).text;
  expect(textFor({ ...planOf([plannedAgent("a")]), waiting: [plannedAgent("b")] }, 1)).toBe(
    "prod-1 had 2 agents. Drydock reads them again, and asks for approval of those that still need the upgrade.",
  );
  expect(textFor({ ...planOf([]), relays }, 0)).toBe(
    "prod-1 had 1 relay. Drydock reads it again, and starts it if it still needs the upgrade.",
  );
});
