import { describe, expect, test } from "vitest";
import { cause } from "../../../src/core/cause.ts";
import { decideDueRollout, versionEvents } from "../../../src/features/rollout/decide-due-rollouts.ts";
import { decideResume } from "../../../src/features/rollout/decide-start.ts";
import type { StoredEvent } from "../../../src/model/events.ts";
import { makePlan } from "../../../src/model/plan/make-plan.ts";
import { widening } from "../../../src/model/plan/widening.ts";
import type { Policy } from "../../../src/model/policy.ts";
import { evolveRollout } from "../../../src/model/rollout/evolve-rollout.ts";
import type { Course } from "../../../src/model/rollout/progress.ts";
import { resumesWhenApproved } from "../../../src/model/rollout/request.ts";
import { followsUp } from "../../../src/model/rollout/retry.ts";
import type { Rollout } from "../../../src/model/rollout/rollout.ts";
import type { RolloutEvent } from "../../../src/model/rollout/rollout-events.ts";
import { plainCause } from "../../../src/phrases/cause-text.ts";
import { policyWith } from "../../support/policy.ts";
import { today } from "../../support/today.ts";
import { attemptOf, plannedAgent, planOf, rolloutOf } from "../../support/upgrades.ts";

const OWNER = { owner: "U0ALICE", serverUser: { id: "u-alice", name: "alice" } };

function folded(events: readonly RolloutEvent[], before?: Rollout): Rollout {
  const rollout = events.reduce<Rollout | undefined>((state, newEvent, i) => {
    const seq = (before?.seq ?? 0) + i + 1;
    const event = {
      ...newEvent,
      id: `${seq}`,
      v: 1,
      at: seq,
      actor: "drydock",
      stream: "rollout.prod-1",
      seq,
      position: seq,
    };
    return evolveRollout(state, event as StoredEvent);
  }, before);
  if (!rollout) throw new Error("there is no rollout");
  return rollout;
}

function running(policy: Policy, serverVersion: string | undefined): Rollout {
  const options = { slots: 10, reason: null };
  const plan = makePlan({ policy, serverVersion, options, agents: [], exclusionOf: () => undefined });
  return folded([{ type: "rollout.started", data: { rollout: "prod-1", plan, ...OWNER, channel: "C0", policy } }]);
}

describe("a server that is another version than when it was planned", () => {
  const policy = policyWith();

  test.each([
    ["the same version", "7.2", "7.2"],
    ["a server that does not tell", "7.2", undefined],
    ["a plan that does not know", undefined, "7.3"],
  ])("changes nothing with %s", (_what, planned, now) => {
    expect(versionEvents(running(policy, planned), today(policy, 5), now)).toEqual([]);
  });

  test("pauses, and whoever continues takes the new version", () => {
    const [paused, ...more] = versionEvents(running(policy, "7.2"), today(policy, 5), "7.3");
    expect(paused).toMatchObject({ type: "rollout.paused", data: { kind: "version", serverVersion: "7.3" } });
    expect(more).toEqual([]);
    const waiting = folded(paused ? [paused] : [], running(policy, "7.2"));
    expect(versionEvents(waiting, today(policy, 6), "7.3")).toEqual([]);
    const { serverUser } = OWNER;
    const gone = folded([{ type: "rollout.continued", data: { by: "U0BOB", serverUser, policy } }], waiting);
    expect([gone.status, gone.plan.serverVersion]).toEqual(["running", "7.3"]);
    expect(versionEvents(gone, today(policy, 7), "7.3")).toEqual([]);
    expect(versionEvents(gone, today(policy, 8), "7.4")).toHaveLength(1);
  });

  test("of a server that is back at an older version, Resume takes that version", () => {
    const begun = running(policy, "7.2");
    const withAgent = { ...begun, plan: { ...begun.plan, agents: [plannedAgent("a")] } };
    const paused = folded(versionEvents(withAgent, today(policy, 5), "7.3"), withAgent);
    const by = { person: "U0BOB", user: { id: "u-bob", name: "bob" } };
    for (const now of ["7.2", "7.3"]) {
      const decision = decideResume(paused, { by, ...today(policy, 6), typed: true, lost: [], serverVersion: now });
      const resumed = folded("events" in decision ? decision.events : [], paused);
      expect([resumed.status, resumed.plan.serverVersion]).toEqual(["running", now]);
      expect(versionEvents(resumed, today(policy, 7), now)).toEqual([]);
    }
  });

  test("whoever continues a rollout that is paused for another reason is told first, and asked once more", () => {
    const begun = running(policy, "7.2");
    const withAgent = { ...begun, plan: { ...begun.plan, agents: [plannedAgent("a")] } };
    const pause = { by: "U0ALICE", kind: "person", causes: [] } as const;
    const paused = folded([{ type: "rollout.paused", data: pause }], withAgent);
    const by = { person: "U0BOB", user: { id: "u-bob", name: "bob" } };
    const given = { by, ...today(policy, 5), typed: true, lost: [] };
    const events = (rollout: Rollout, serverVersion: string | undefined) => {
      const decision = decideResume(rollout, { ...given, serverVersion });
      return "events" in decision ? decision.events : [];
    };
    expect(events(paused, "7.2")).toMatchObject([{ type: "rollout.continued" }]);
    expect(events(paused, undefined)).toMatchObject([{ type: "rollout.continued" }]);
    const moved = events(paused, "7.3");
    expect(moved).toMatchObject([{ type: "rollout.paused", data: { kind: "version", serverVersion: "7.3" } }]);
    const seen = folded(moved, paused);
    expect(events(seen, "7.3")).toMatchObject([{ type: "rollout.continued" }]);
    // The watch writes the same down by itself, once.
    expect(versionEvents(paused, today(policy, 6), "7.3")).toEqual(moved);
    expect(versionEvents(seen, today(policy, 7), "7.3")).toEqual([]);
  });

  test.each([
    ["7.2", "7.3", "The server was at 7.2 when this plan was made and is at 7.3 now."],
    ["7.2", undefined, "The server was at 7.2 when this plan was made and is at an unknown version now."],
    ["7.2", "7.2", undefined],
  ])("a plan for a server at %s does not start on one at %s", (planned, now, sentence) => {
    const wider = widening(running(policy, planned).plan, running(policy, now).plan);
    expect(wider && plainCause(wider)).toBe(sentence);
  });

  test("where approvals are wanted, they are asked for again, for the plan with the new version", () => {
    const strict = policyWith({ approvals: 1 });
    const [paused, asked] = versionEvents(running(strict, "7.2"), today(strict, 5), "7.3");
    expect(paused).toMatchObject({ type: "rollout.paused" });
    expect(asked).toMatchObject({ type: "rollout.requested", data: { plan: { serverVersion: "7.3" }, needed: 1 } });
  });

  test("the approvals resume what paused for it or what a person resumes, and nothing else", () => {
    const strict = policyWith({ approvals: 1 });
    const begun = running(strict, "7.2");
    const asking = folded(versionEvents(begun, today(strict, 5), "7.3"), begun);
    expect(resumesWhenApproved(asking)).toBe(true);
    expect(resumesWhenApproved(folded(versionEvents(asking, today(strict, 6), "7.4"), asking))).toBe(true);

    const pause = { by: "U0CAROL", kind: "person", causes: [] } as const;
    const paused = folded([{ type: "rollout.paused", data: pause }], begun);
    const held = folded(versionEvents(paused, today(strict, 5), "7.3"), paused);
    expect([resumesWhenApproved(held), held.pause?.by]).toEqual([false, "U0CAROL"]);
    expect(resumesWhenApproved(folded(versionEvents(held, today(strict, 6), "7.4"), held))).toBe(false);

    const by = { person: "U0BOB", user: { id: "u-bob", name: "bob" } };
    const given = { by, ...today(strict, 5), typed: true, lost: [], serverVersion: "7.3" };
    const pressed = decideResume(paused, given);
    const resumed = folded("events" in pressed ? pressed.events : [], paused);
    expect([resumesWhenApproved(resumed), resumed.request?.requester.person]).toEqual([true, "U0BOB"]);
  });

  test("that moves again leaves the request with the person who pressed Resume", () => {
    const strict = policyWith({ approvals: 1 });
    const pause = { by: "U0ALICE", kind: "person", causes: [] } as const;
    const paused = folded([{ type: "rollout.paused", data: pause }], running(strict, "7.2"));
    const by = { person: "U0BOB", user: { id: "u-bob", name: "bob" } };
    const pressed = decideResume(paused, { by, ...today(strict, 5), typed: true, lost: [], serverVersion: "7.3" });
    const asking = folded("events" in pressed ? pressed.events : [], paused);
    const moved = folded(versionEvents(asking, today(strict, 6), "7.4"), asking);
    expect([moved.request?.round, moved.request?.requester]).toEqual([2, by]);
    expect(resumesWhenApproved(moved)).toBe(true);
  });
});

test("what was approved and waits is asked for again once the rules want more approvals, by its requester", () => {
  const HOUR = 60 * 60_000;
  const strict = policyWith({ approvals: 1, approvalCovers: 2 * HOUR });
  const begun = running(strict, "7.2");
  const alice = { person: OWNER.owner, user: OWNER.serverUser };
  const by = { person: "U0BOB", user: { id: "u-bob", name: "bob" } };
  const pause = { by: "U0ALICE", kind: "person", causes: [] } as const;
  const { plan, channel } = begun;
  const requested = { rollout: "prod-1", plan, channel, policy: strict, size: 1, needed: 1, expiresAt: HOUR };
  const asked = (who: typeof by): RolloutEvent => ({
    type: "rollout.requested",
    data: { ...requested, requester: who.person, serverUser: who.user, because: null },
  });
  const { hash } = plan;
  const approved: RolloutEvent = {
    type: "rollout.approved",
    data: { by: "U0DAVE", serverUser: { id: "u-dave", name: "dave" }, round: 1, hash },
  };
  const paused: RolloutEvent = { type: "rollout.paused", data: pause };
  const before = folded([asked(alice), approved]);
  const waiting = folded([paused, asked(by), approved], begun);
  const held = folded([paused], waiting);
  const more = policyWith({ approvals: 2, approvalCovers: 2 * HOUR });
  const wanted = { because: [{ code: "approval-required-now" }], needed: 2 };
  for (const [rollout, requester] of [
    [before, "U0ALICE"],
    [waiting, "U0BOB"],
    [held, "U0BOB"],
  ] as const) {
    const due = decideDueRollout(rollout, today(more, HOUR), undefined);
    expect(due).toMatchObject([{ type: "rollout.requested", data: { ...wanted, requester } }]);
    expect(folded(due, rollout).request?.held).toBe(rollout.request?.held);
    const next = decideDueRollout(folded(due, rollout), today(more, HOUR), undefined);
    expect(next.map(({ type }) => type)).not.toContain("rollout.requested");
  }
  // An approval that the rules let cover less is over, not too few.
  const shorter = policyWith({ approvals: 1, approvalCovers: HOUR });
  expect(decideDueRollout(before, today(shorter, 1.5 * HOUR), undefined)).toEqual([
    { type: "rollout.expired", data: {} },
  ]);
});

test("a canary that is tried again holds the rest also after Resume, until its retry is over", () => {
  const policy = policyWith();
  const [canary = plannedAgent("a"), ...rest] = ["a", "b", "c"].map((id) => plannedAgent(id));
  const { serverUser } = OWNER;
  const paused: RolloutEvent = { type: "rollout.paused", data: { by: "drydock", kind: "breaker", causes: [] } };
  const agents = [{ id: canary.id, attempt: 2, notBefore: 60_000 }];
  const retried: RolloutEvent = { type: "rollout.retried", data: { by: "U0BOB", serverUser, cause: null, agents } };
  const resumed: RolloutEvent = { type: "rollout.continued", data: { by: "U0BOB", serverUser, policy } };
  const dropped: RolloutEvent = {
    type: "retry.dropped",
    data: { agent: { id: canary.id, name: canary.name }, attempt: 2, why: cause("offline-before-turn") },
  };
  const due = (...events: readonly RolloutEvent[]) => {
    const rollout = rolloutOf(planOf([canary, ...rest], { canary: 1, hold: true }), ...events);
    const upgrades = [attemptOf(canary, "back-old")];
    const course: Course = { upgrades, retried: (upgrade) => followsUp(rollout, upgrade), left: true };
    return decideDueRollout(rollout, today(policy, 5), course);
  };
  expect(due(paused, retried, resumed)).toEqual([]);
  expect(due(paused, retried, resumed, dropped)).toEqual([{ type: "canary.passed", data: { canaries: 1 } }]);
  expect(due(paused, resumed)).toEqual([{ type: "canary.passed", data: { canaries: 1 } }]);
});

test("what is asked again for narrower approvers keeps its requester, its reasons and that a person has to resume it", () => {
  const before = policyWith({ approvals: 1, approvers: { ...policyWith().approvers, people: ["U0BOB", "U0CAROL"] } });
  const now = policyWith({ ...before, approvers: { ...before.approvers, people: ["U0CAROL"] } });
  const plan = planOf([plannedAgent("a")]);
  const dave = { requester: "U0DAVE", serverUser: { id: "u-dave", name: "dave" } };
  const because = [cause("approval-required-now", { server: "prod" })];
  const base = { rollout: "prod-1", plan, ...dave, channel: "C0", size: 1, needed: 1, expiresAt: 1_000 };
  const paused = { type: "rollout.paused", data: { by: "U0CAROL", kind: "person", causes: [] } } as const;
  const asked = rolloutOf(
    plan,
    paused,
    { type: "rollout.requested", data: { ...base, policy: before, because } },
    paused,
  );
  expect(decideDueRollout(asked, today(before, 1), undefined)).toEqual([]);
  const [again, ...more] = decideDueRollout(asked, today(now, 1), undefined);
  expect(again).toMatchObject({ type: "rollout.requested", data: { ...dave, held: true, policy: now } });
  const codes = again?.type === "rollout.requested" ? again.data.because?.map(({ code }) => code) : [];
  expect(codes).toEqual(["approval-required-now", "narrower-approvers.fewer"]);
  expect(more).toEqual([]);
});
