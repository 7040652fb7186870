import { describe, expect, test } from "vitest";
import { begin } from "../../../src/features/rollout/decide-start.ts";
import { blockedAt } from "../../../src/gates/index.ts";
import { ofPlan } from "../../../src/gates/rollout-situation.ts";
import type { StoredEvent } from "../../../src/model/events.ts";
import { narrowPlan } from "../../../src/model/plan/make-plan.ts";
import type { Plan } from "../../../src/model/plan/plan.ts";
import { emergencySize } from "../../../src/model/plan/size.ts";
import { decideReview, openReview, reviewDue } from "../../../src/model/rollout/decide-review.ts";
import { evolveRollout } from "../../../src/model/rollout/evolve-rollout.ts";
import type { Rollout } from "../../../src/model/rollout/rollout.ts";
import type { RolloutEvent } from "../../../src/model/rollout/rollout-events.ts";
import { plainCause } from "../../../src/phrases/cause-text.ts";
import { keptAtTrigger } from "../../support/gate-situations.ts";
import { policyWith } from "../../support/policy.ts";
import { today } from "../../support/today.ts";

const DAY = 24 * 60 * 60_000;
const ALICE = { person: "U0ALICE", user: { id: "u-alice", name: "alice" } };
const BOB = { person: "U0BOB", user: { id: "u-bob", name: "bob" } };
const POLICY = policyWith({ approvals: 1, emergency: true });
const TODAY = today(POLICY, 0);

function planOf(from: number, n: number, reason: string | null = "blocked"): Plan {
  const agents = Array.from({ length: n }, (_, i) => ({
    id: `a${from + i}`,
    name: `a${from + i}`,
    status: "upgrade-required" as const,
    version: "7.0",
  }));
  const options = { slots: 10, reason, emergency: true as const };
  return narrowPlan({ server: "prod", serverVersion: "8", options, excluded: [], agents, hash: "" }, POLICY, agents);
}

function later(rollout: Rollout | undefined, at: number, ...events: readonly RolloutEvent[]): Rollout {
  const folded = events.reduce<Rollout | undefined>((state, event) => {
    const seq = (state?.seq ?? 0) + 1;
    const place = { stream: "rollout.prod-1", seq, position: seq };
    return evolveRollout(state, { ...event, id: `${seq}`, v: 1, at, actor: "x", ...place } as StoredEvent);
  }, rollout);
  if (!folded) throw new Error("There is no rollout.");
  return folded;
}

function started(plan: Plan, at = 0): Rollout {
  const given = {
    rollout: "prod-1",
    plan,
    by: ALICE,
    channel: "C1",
    size: plan.agents.length,
    ...today(POLICY, at),
  };
  return later(undefined, at, begin({ ...given, emergency: true }), openReview(plan, ALICE));
}

describe("an emergency", () => {
  test("may begin without approval as long as the server takes it, and only with its review", () => {
    const rollout = started(planOf(0, 10));
    expect(keptAtTrigger(rollout, POLICY, 1)).toEqual([]);
    expect(keptAtTrigger(rollout, policyWith({ approvals: 1 }), 1)).toEqual([
      "prod requires 1 approval for it now, and it has 0.",
    ]);
    expect(keptAtTrigger({ ...rollout, review: undefined }, POLICY, 1)).toEqual([
      "prod requires 1 approval for it now, and it has 0.",
    ]);
    expect(keptAtTrigger(started(planOf(0, 11)), POLICY, 1)).toEqual([
      "prod requires 1 approval for it now, and it has 0.",
    ]);
  });

  test("is bounded by what the same person started so within 24 h, each agent once", () => {
    const earlier = [started(planOf(0, 8))];
    const size = (plan: Plan, who = { person: "U0ALICE", userId: "u-alice" }, now = 1) =>
      emergencySize(earlier, who, plan, ({ startedAt }) => now - startedAt);
    expect(size(planOf(8, 2))).toBe(10);
    expect(size(planOf(8, 3))).toBe(11);
    expect(size(planOf(5, 3))).toBe(8);
    expect(size(planOf(8, 3), { person: "U0ELSE", userId: "u-alice" })).toBe(11);
    expect(size(planOf(8, 3), { person: "U0BOB", userId: "u-bob" })).toBe(3);
    expect(size(planOf(8, 3), undefined, DAY)).toBe(3);
    // What was approved does not count.
    expect(
      emergencySize(
        [{ ...started(planOf(0, 8)), review: undefined }],
        { person: "U0ALICE", userId: "u-alice" },
        planOf(8, 3),
        () => 1,
      ),
    ).toBe(3);
  });

  test.each([
    [POLICY, planOf(0, 3), 10, undefined],
    [POLICY, planOf(0, 3), 11, "at most 10 agents start without approval, and this is 11 with those"],
    [POLICY, planOf(0, 3, " "), 3, "requires a reason"],
    [policyWith({ approvals: 1 }), planOf(0, 3), 3, "prod allows no emergencies"],
  ])("is refused with a sentence (%#)", (policy, plan, size, sentence) => {
    const situation = { ...ofPlan(plan, 0), emergencySize: size };
    const [blocked, ...more] = blockedAt("start", "rollout", situation, policy);
    if (sentence === undefined) expect(blocked).toBeUndefined();
    else expect(blocked && `${blocked.effect} ${plainCause(blocked.cause)}`).toContain(sentence);
    expect(more).toEqual([]);
  });

  test("is reminded of once a day, fourteen times, until it is reviewed by somebody else with a note", () => {
    let rollout = later(started(planOf(0, 3)), 1, { type: "rollout.ended", data: {} });
    const dueAt = (now: number) => (rollout.review ? reviewDue(rollout.review, now) : undefined);
    expect(dueAt(DAY - 1)).toEqual([]);
    let reminders = 0;
    for (let day = 1; day < 40; day += 1) {
      const due = dueAt(day * DAY) ?? [];
      reminders += due.length;
      if (due.length > 0) rollout = later(rollout, day * DAY, ...due);
    }
    expect(reminders).toBe(14);
    expect(decideReview(rollout, { by: ALICE, note: "fine", ...TODAY })).toMatchObject({
      refusal: { code: "own-rollout", rollout: "prod-1", server: "prod", user: ALICE.user.name },
    });
    expect(decideReview(rollout, { by: { ...ALICE, person: "U0ELSE" }, note: "fine", ...TODAY })).toHaveProperty(
      "refusal",
    );
    expect(decideReview(rollout, { by: BOB, note: " ", ...TODAY })).toMatchObject({
      refusal: { code: "no-note" },
    });
    const decision = decideReview(rollout, { by: BOB, note: " fine ", ...TODAY });
    const closed = later(rollout, 41 * DAY, ...("events" in decision ? decision.events : []));
    expect(closed.review?.closed).toMatchObject({ by: BOB, note: "fine" });
    rollout = closed;
    expect(dueAt(99 * DAY)).toEqual([]);
    expect(decideReview(closed, { by: BOB, note: "again", ...TODAY })).toMatchObject({
      refusal: { code: "reviewed" },
    });
  });
});
