import { describe, expect, test } from "vitest";
import type { Point } from "../../src/gates/gate.ts";
import { blockedAt } from "../../src/gates/index.ts";
import { ofPlan, ofRollout, type RolloutSituation } from "../../src/gates/rollout-situation.ts";
import type { Policy } from "../../src/model/policy.ts";
import type { Rollout } from "../../src/model/rollout/rollout.ts";
import type { RolloutEvent } from "../../src/model/rollout/rollout-events.ts";
import { plainCause } from "../../src/phrases/cause-text.ts";
import { policyWith } from "../support/policy.ts";
import { attemptOf, courseWith, plannedAgent, planOf, requestOf, rolloutOf } from "../support/upgrades.ts";

const PLAN = planOf([plannedAgent("a"), plannedAgent("b")]);
const BOB = { id: "u-bob", name: "bob" };
const APPROVED = {
  type: "rollout.approved",
  data: { by: "U0BOB", serverUser: BOB, round: 1, hash: PLAN.hash },
} as const satisfies RolloutEvent;
const PAUSED = {
  type: "rollout.paused",
  data: { by: "drydock", kind: "person", causes: [] },
} as const satisfies RolloutEvent;

function codes(at: Point, situation: RolloutSituation, policy: Partial<Policy>): readonly string[] {
  return blockedAt(at, "rollout", situation, policyWith(policy)).map(({ cause }) => cause.code);
}

describe("an emergency", () => {
  const start = (emergencySize: number | undefined, reason: string | null, emergency = true) =>
    codes("start", { ...ofPlan(planOf(PLAN.agents, { reason }), 0), emergencySize }, { emergency });

  test.each<[string, Parameters<typeof start>, readonly string[]]>([
    ["of ten agents with a reason starts", [10, "the fix is blocked"], []],
    ["of eleven does not", [11, "the fix is blocked"], ["emergency.too-many"]],
    ["without a reason does not", [1, null], ["emergency.no-reason"]],
    ["with a reason of blanks does not", [1, "  "], ["emergency.no-reason"]],
    ["where the server takes none does not", [1, "the fix is blocked", false], ["emergency.not-taken"]],
    ["is no start with the approvals it needs", [undefined, null, false], []],
  ])("%s", (_, given, expected) => {
    expect(start(...given)).toEqual(expected);
  });
});

describe("a server at another version than planned", () => {
  const found = (rollout: Rollout, serverVersion: string | undefined, approvals = 1) =>
    blockedAt("version", "rollout", ofRollout(rollout, 0, { serverVersion }), policyWith({ approvals }));

  test("pauses what runs, which asks again where approvals are wanted", () => {
    const running = rolloutOf(PLAN);
    for (const approvals of [0, 1])
      expect(found(running, "9", approvals)).toMatchObject([
        { gate: "server-version", effect: "pause", kind: "version", asksAgain: approvals > 0, serverVersion: "9" },
      ]);
  });

  test("is nothing where the version is the same, not read or was not known, or nothing of it has begun", () => {
    expect(found(rolloutOf(PLAN), "8")).toEqual([]);
    expect(found(rolloutOf(PLAN), undefined)).toEqual([]);
    expect(found(rolloutOf({ ...PLAN, serverVersion: null }), "9")).toEqual([]);
    expect(found(requestOf(PLAN, policyWith({ approvals: 1 })), "9")).toEqual([]);
  });

  test("is told once, and again at the next one", () => {
    const told = rolloutOf(PLAN, { ...PAUSED, data: { ...PAUSED.data, kind: "version", serverVersion: "9" } });
    expect(found(told, "9")).toEqual([]);
    expect(found(told, "10")).toMatchObject([{ serverVersion: "10" }]);
  });
});

describe("a server that is marked dangerous", () => {
  const dangerous = policyWith({ dangerous: true });
  const under = (policy: Policy, at: Point, typed = false) =>
    codes(at, ofRollout(requestOf(PLAN, policy, { needed: 0 }), 0, { typed }), { dangerous: true });

  test("is resumed by whoever types its name", () => {
    expect(under(dangerous, "resume")).toEqual(["name-typed.missing"]);
    expect(under(dangerous, "resume", true)).toEqual([]);
  });

  test("goes on with nothing that was agreed to before it was marked", () => {
    expect(under(policyWith(), "proceed")).toEqual(["name-typed.ask-again"]);
    for (const at of ["tick", "trigger"] as const)
      expect(under(policyWith(), at)).toContain("name-typed.became-dangerous");
    for (const at of ["proceed", "tick", "trigger"] as const)
      expect(under(dangerous, at).filter((code) => code.startsWith("name-typed"))).toEqual([]);
    // Of an older one it is not known.
    expect(codes("tick", ofRollout(rolloutOf(PLAN), 0), { dangerous: true })).toEqual([]);
  });
});

test("once fewer people may approve, it is asked for again, but where no approval is wanted", () => {
  const people = (...names: readonly string[]) => ({ ...policyWith().approvers, people: names });
  const both = policyWith({ approvals: 1, approvers: people("U0BOB", "U0EVE") });
  const rollout = requestOf(PLAN, both, {}, APPROVED);
  const now = (given: Partial<Policy>) => codes("asking", ofRollout(rollout, 0), given);
  expect(now(both)).toEqual([]);
  expect(now({ approvals: 1, approvers: people("U0BOB") })).toEqual(["narrower-approvers.fewer"]);
  const unasked = requestOf(PLAN, both, { needed: 0 });
  expect(codes("asking", ofRollout(unasked, 0), { approvals: 0, approvers: people("U0BOB") })).toEqual([]);
});

test("what was approved starts as the user of the server that asked for it", () => {
  const rollout = requestOf(PLAN, policyWith(), { needed: 0 });
  const as = (user: string | undefined) => codes("proceed", ofRollout(rollout, 0, { user }), {});
  expect([as("u"), as(undefined), as("u-bob")]).toEqual([[], [], ["same-requester.other-user"]]);
});

test("an approval by whoever owns it now counts no more, which is said where a person resumes it or takes it over", () => {
  const policy = policyWith({ approvals: 1 });
  const taken: RolloutEvent = { type: "rollout.continued", data: { by: "U0BOB", serverUser: BOB, policy } };
  const byOwner = requestOf(PLAN, policy, {}, APPROVED, taken, PAUSED);
  const code = (at: Point, of = byOwner) =>
    codes(at, ofRollout(of, 0), policy).filter((found) => found.startsWith("approvals"));
  for (const at of ["resume", "accept"] as const) expect(code(at)).toEqual(["approvals.new-owner"]);
  for (const at of ["due", "tick", "trigger"] as const) expect(code(at)).toEqual(["approvals.missing"]);
  const effects = (at: Point) => blockedAt(at, "rollout", ofRollout(byOwner, 0), policy).map(({ effect }) => effect);
  expect([effects("due"), effects("resume")]).toEqual([["wait"], ["pause"]]);
  // An approval that only is too few is not void.
  expect(code("resume", requestOf(PLAN, policy, { needed: 2 }, APPROVED, PAUSED))).toEqual(["approvals.missing"]);
  const [found] = blockedAt("resume", "rollout", ofRollout(byOwner, 0), policy);
  expect(plainCause(found?.cause ?? null)).toContain("cannot be one of its approvers");
});

test("so many agents as the server allows are not too many, and those that only go dark with a relay do not count", () => {
  expect(codes("start", ofPlan(PLAN, 0), { maxAgents: 2 })).toEqual([]);
  expect(codes("start", ofPlan({ ...PLAN, relays: [] }, 0), { maxAgents: 1 })).not.toContain("max-agents.too-many");
});

test("approvals that the rules want only now are asked for, while those that they wanted before are there", () => {
  const before = policyWith({ approvals: 1, approvalCovers: 1_000 });
  const approved = requestOf(PLAN, before, {}, APPROVED);
  const at = (point: Point, rollout: Rollout, approvals: number, now = 0) =>
    codes(point, ofRollout(rollout, now), { approvals, approvalCovers: 1_000 });
  expect(at("scheduled", requestOf(PLAN, policyWith(), { needed: 0 }), 1)).toEqual(["approval-required-now"]);
  expect(at("scheduled", requestOf(PLAN, before), 1)).toEqual([]);
  expect(at("scheduled", requestOf(PLAN, policyWith(), { needed: 0 }), 0)).toEqual([]);
  expect(at("request-over", approved, 2, 999)).toEqual(["approval-required-now"]);
  expect(at("request-over", approved, 2, 1_000)).toEqual([]);
  expect(at("request-over", approved, 1)).toEqual([]);
  expect(at("request-over", requestOf(PLAN, before), 2)).toEqual([]);
});

test("an approval carries what begins before its time is over, and is asked for again then", () => {
  const policy = policyWith({ approvals: 1, approvalCovers: 1_000 });
  const rollout = { ...requestOf(PLAN, policy, {}, APPROVED), status: "running" as const };
  const at = (now: number) => blockedAt("trigger", "rollout", ofRollout(rollout, now), policy);
  expect(at(999)).toEqual([]);
  expect(at(1_000)).toMatchObject([{ gate: "coverage", effect: "pause", kind: "coverage", asksAgain: true }]);
});

test("a start is scheduled from the next moment to 14 days ahead", () => {
  const day = 24 * 60 * 60_000;
  const now = 100 * day;
  const code = (startAt: number) =>
    blockedAt("schedule", "start", { now, startAt, scheduled: 0 }, policyWith()).map(({ cause }) => cause.code);
  expect([code(now), code(now + 1)]).toEqual([["start-time.over"], []]);
  expect([code(now + 14 * day), code(now + 14 * day + 1)]).toEqual([[], ["start-time.too-far"]]);
});

describe("the last transaction", () => {
  const canaries = planOf(
    ["a", "b", "c"].map((id) => plannedAgent(id)),
    { canary: 2 },
  );
  const at = (rollout: Rollout, ...upgrades: ReturnType<typeof attemptOf>[]) =>
    codes("trigger", ofRollout(rollout, 0, { course: courseWith(upgrades) }), {});

  test("begins nothing more once one canary failed, though no limit is reached", () => {
    const rollout = rolloutOf(canaries);
    expect(at(rollout, attemptOf({ id: "a" }, "verified"), attemptOf({ id: "b" }, "stuck"))).toEqual(["canary-failed"]);
    expect(at(rollout, attemptOf({ id: "a" }, "verified"), attemptOf({ id: "b" }))).toEqual([]);
    expect(at(rollout, attemptOf({ id: "b" }, "verified"))).toEqual([]);
    expect(
      at(rolloutOf({ ...canaries, options: { ...canaries.options, canary: 0 } }), attemptOf({ id: "a" }, "stuck")),
    ).toEqual([]);
  });

  test("begins what waits once a person resumed after that, until the next one fails", () => {
    const resumed: RolloutEvent = {
      type: "rollout.continued",
      data: { by: "U0ALICE", serverUser: { id: "u", name: "alice" }, policy: policyWith() },
    };
    const rollout = rolloutOf(canaries, { ...PAUSED, data: { ...PAUSED.data, kind: "breaker" } }, resumed);
    const failedAt = (position: number) =>
      attemptOf({ id: "a" }, "stuck", { outcome: { kind: "stuck", detail: null, at: 1, position } });
    const { countFrom } = rollout.guards;
    expect(at(rollout, failedAt(countFrom))).toEqual([]);
    expect(at(rollout, failedAt(countFrom + 1))).toEqual(["canary-failed"]);
  });

  test("holds stable canaries only where the plan or the server says so", () => {
    const course = courseWith([attemptOf({ id: "a" }, "verified"), attemptOf({ id: "b" }, "verified")]);
    const held = (policy: Partial<Policy>) => codes("trigger", ofRollout(rolloutOf(canaries), 0, { course }), policy);
    expect(held({ canaryHold: false })).toEqual([]);
    expect(held({ canaryHold: true })).toEqual(["canaries-stable"]);
  });
});
