import { describe, expect, test } from "vitest";
import { cause } from "../../src/core/cause.ts";
import { follow } from "../../src/gates/follow.ts";
import type { Blocked, Point } from "../../src/gates/gate.ts";
import { blockedAt } from "../../src/gates/index.ts";
import { ofPlan } from "../../src/gates/rollout-situation.ts";
import type { Policy } from "../../src/model/policy.ts";
import type { RolloutEvent } from "../../src/model/rollout/rollout-events.ts";
import { plainCause } from "../../src/phrases/cause-text.ts";
import { policyWith } from "../support/policy.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const PLAN = planOf([plannedAgent("a"), plannedAgent("b")]);

function found(at: Point, plan: typeof PLAN, policy: Partial<Policy> = {}): readonly string[] {
  return blockedAt(at, "rollout", ofPlan(plan, 0), policyWith(policy)).map(
    (blocked) => `${blocked.effect} ${blocked.gate}: ${plainCause(blocked.cause)}`,
  );
}

test.each<[string, typeof PLAN, Partial<Policy>]>([
  ["mode: prod is only observed", PLAN, { mode: "observe" }],
  ["nothing-left: There is no agent left to upgrade, so nothing was started.", planOf([]), {}],
  ["max-agents: prod takes at most 1 agents in one rollout, and this one has 2.", PLAN, { maxAgents: 1 }],
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

  test("an approved start that the rules refuse is denied", () => {
    const blocked = [block({ effect: "refuse" }, "one"), pause(true, "two")];
    expect(types("proceed", { status: "requested" }, blocked, ask)).toEqual(["rollout.denied"]);
  });

  test("what only waits writes nothing", () => {
    expect(types("tick", RUNNING, [block({ effect: "wait" }, "one")], ask)).toEqual([]);
  });
});
