import { describe, expect, test } from "vitest";
import { cause } from "../../src/core/cause.ts";
import { follow } from "../../src/gates/follow.ts";
import type { Blocked, Point } from "../../src/gates/gate.ts";
import { blockedAt } from "../../src/gates/index.ts";
import { type OwnerReading, ofPlan, ofRollout } from "../../src/gates/rollout-situation.ts";
import type { Policy } from "../../src/model/policy.ts";
import type { Course } from "../../src/model/rollout/progress.ts";
import type { Rollout } from "../../src/model/rollout/rollout.ts";
import type { RolloutEvent } from "../../src/model/rollout/rollout-events.ts";
import { plainCause } from "../../src/phrases/cause-text.ts";
import { policyWith } from "../support/policy.ts";
import { attemptOf, courseWith, plannedAgent, planOf, rolloutOf } from "../support/upgrades.ts";

const PLAN = planOf([plannedAgent("a"), plannedAgent("b")]);

function found(at: Point, plan: typeof PLAN, policy: Partial<Policy> = {}): readonly string[] {
  return blockedAt(at, "rollout", ofPlan(plan, 0), policyWith(policy)).map(
    (blocked) => `${blocked.effect} ${blocked.gate}: ${plainCause(blocked.cause)}`,
  );
}

test.each<[string, typeof PLAN, Partial<Policy>]>([
  ["mode: prod is only observed", PLAN, { mode: "observe" }],
  ["nothing-left: There is no agent left to upgrade, so nothing was started.", planOf([]), {}],
  ["max-agents: prod allows at most 1 agent in one rollout, and this one has 2.", PLAN, { maxAgents: 1 }],
  [
    "reason: prod requires a reason for the record",
    { ...PLAN, options: { ...PLAN.options, reason: " " } },
    { reasonRequired: true },
  ],
  ["canary-minimum: prod requires at least 1 canaries", PLAN, { canaryMin: 1 }],
])("a start is refused by %s, and what runs pauses", (sentence, plan, policy) => {
  for (const at of ["request", "schedule", "start", "proceed", "resume"] as const) {
    const [first, ...more] = found(at, plan, policy);
    expect(first).toContain(`refuse ${sentence}`);
    expect(more).toEqual([]);
  }
  expect(found("tick", plan, policy)[0]).toContain(`pause ${sentence}`);
});

test("a plan that meets every rule is refused by none", () => {
  for (const at of ["request", "schedule", "start", "proceed", "resume", "accept", "tick"] as const)
    expect(found(at, PLAN)).toEqual([]);
});

test("what no one can approve is not asked for, and a start that asks no one is not refused", () => {
  const hopeless = cause("too-few-may-approve", { server: "prod", needed: 2, others: 1 });
  const at = (point: Point) => blockedAt(point, "rollout", { ...ofPlan(PLAN, 0), hopeless }, policyWith());
  for (const point of ["request", "schedule"] as const)
    expect(at(point)).toEqual([{ gate: "enough-approvers", cause: hopeless, effect: "refuse" }]);
  expect(at("start")).toEqual([]);
  expect(plainCause(hopeless)).toContain("and only 1 other person may give one.");
});

test("the last transaction asks the breaker and a hold once more, on the attempts as they are then", () => {
  const agents = ["a", "b", "c", "d", "e"].map((id) => plannedAgent(id));
  const failed = courseWith(agents.map((agent) => attemptOf(agent, "back-old")));
  const held = rolloutOf(planOf(agents, { canary: 1, hold: true }));
  const at = (of: Rollout, course: Course) =>
    blockedAt("trigger", "rollout", ofRollout(of, 0, { course }), policyWith()).map(({ gate }) => gate);
  expect(at(rolloutOf(planOf(agents)), failed)).toEqual(["breaker"]);
  expect(at(held, courseWith([attemptOf({ id: "a" }, "verified")]))).toEqual(["canary-hold"]);
  expect(at(held, courseWith())).toEqual([]);
});

describe("the rights of a rollout's owner", () => {
  const rollout = rolloutOf(PLAN);
  const why = cause("recorded", { text: "locked" });
  const at = (point: Point, owner: OwnerReading) =>
    blockedAt(point, "rollout", ofRollout(rollout, 0, { owner }), policyWith()).map(
      (found) => `${found.effect} ${found.gate}: ${plainCause(found.cause)}`,
    );

  test("lost everywhere pause it, and refuse what is only approved", () => {
    const lost: OwnerReading = { kind: "known", user: "alice", lost: ["View Agents"] };
    expect(at("look", lost)).toEqual(["pause owner-rights: Its owner alice no longer has View Agents on prod."]);
    expect(at("look", { kind: "known", user: "alice", lost: [] })).toEqual([]);
    for (const point of ["look", "ask-relay"] as const)
      expect(at(point, { kind: "refused", why })).toEqual(["pause owner-rights: locked"]);
    expect(at("proceed", { kind: "refused", why })).toEqual(["refuse owner-rights: locked"]);
  });

  test("that cannot be read keep an agent waiting, and the fifth time in a row they pause the rollout", () => {
    const effects = [1, 2, 3, 4, 5, 6].map((looks) => at("look", { kind: "unknown", why, looks })[0]?.split(" ")[0]);
    expect(effects).toEqual(["wait", "wait", "wait", "wait", "pause", "pause"]);
    expect(at("look", { kind: "not-read" })).toEqual([]);
  });
});

test("an agent that is another than was approved pauses the rollout and asks again; with no approval wanted it does not", () => {
  const before = rolloutOf(PLAN);
  const plan = { ...PLAN, agents: [plannedAgent("a", { name: "renamed" })] };
  const found = (policy: Partial<Policy>) =>
    blockedAt("look", "rollout", ofRollout(before, 0, { plan }), policyWith(policy));
  expect(found({ approvals: 1 })).toMatchObject([
    {
      gate: "agents-changed",
      effect: "pause",
      kind: "coverage",
      asksAgain: true,
      cause: { code: "waiting-agents-differ", params: { agents: 1, changes: [{ is: { name: "renamed" } }] } },
    },
  ]);
  expect(found({ approvals: 0 })).toEqual([]);
});

test("an approved start asks again for a plan that means more than was approved, and names what differs", () => {
  const at = (agents: typeof PLAN.agents, approvals: number) => {
    const situation = ofRollout(rolloutOf(PLAN), 0, { plan: { ...PLAN, agents } });
    const found = blockedAt("proceed", "rollout", situation, policyWith({ approvals }));
    return found
      .filter(({ gate }) => gate === "plan-drift" || gate === "agents-changed")
      .map(({ cause, ...one }) => [cause.code, one.effect === "pause" && one.asksAgain ? "asks again" : one.effect]);
  };
  const more = [...PLAN.agents, plannedAgent("z")];
  expect(at(more, 1)).toEqual([
    ["agents-added", "asks again"],
    ["agents-differ", "asks again"],
  ]);
  // Asked again without approvals, it would start at once.
  expect(at(more, 0)).toEqual([
    ["agents-added", "refuse"],
    ["agents-differ", "refuse"],
  ]);
  expect(at(PLAN.agents.slice(1), 1)).toEqual([]);
});

describe("what follows from blocks", () => {
  const block = (effect: Partial<Blocked>, code: string) =>
    ({ gate: "x", cause: cause("recorded", { text: code }), ...effect }) as Blocked;
  const pause = (asksAgain: boolean, code: string) => block({ effect: "pause", kind: "policy", asksAgain }, code);
  const ask = () => ({ type: "rollout.requested" }) as RolloutEvent;
  const types = (...given: Parameters<typeof follow>) => follow(...given).map(({ type }) => type);
  const RUNNING = { status: "running" };

  test("a rollout pauses once, with every reason", () => {
    const events = follow("tick", RUNNING, [pause(false, "one"), pause(true, "two")], ask);
    expect(events).toMatchObject([
      {
        type: "rollout.paused",
        data: { kind: "policy", causes: [{ params: { text: "one" } }, { params: { text: "two" } }] },
      },
    ]);
  });

  test("it is asked for again only if every pausing block says so", () => {
    expect(types("tick", RUNNING, [pause(true, "one"), pause(true, "two")], ask)).toEqual([
      "rollout.paused",
      "rollout.requested",
    ]);
    expect(types("resume", { status: "paused" }, [pause(true, "one")], ask)).toEqual(["rollout.requested"]);
  });

  test("an approved start that the rules refuse is denied, with every reason", () => {
    const blocked = [block({ effect: "refuse" }, "one"), pause(true, "two")];
    expect(follow("proceed", { status: "requested" }, blocked, ask)).toMatchObject([
      { type: "rollout.denied", data: { causes: [{ params: { text: "one" } }, { params: { text: "two" } }] } },
    ]);
  });

  test("what waits paused for its approval, and is refused, pauses once more", () => {
    const [event, ...more] = follow("proceed", { status: "paused" }, [block({ effect: "refuse" }, "one")], ask);
    expect(event).toMatchObject({
      type: "rollout.paused",
      data: { kind: "rights", causes: [{ params: { text: "one" } }] },
    });
    expect(more).toEqual([]);
  });

  test("what only waits writes nothing", () => {
    expect(types("tick", RUNNING, [block({ effect: "wait" }, "one")], ask)).toEqual([]);
  });
});
