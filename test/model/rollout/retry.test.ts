import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cause } from "../../../src/core/cause.ts";
import { decideDueRollout } from "../../../src/features/rollout/decide-due-rollouts.ts";
import {
  decideRetry,
  followsUp,
  pendingRetry,
  repeats,
  retryBlocked,
  retryEvent,
} from "../../../src/model/rollout/retry.ts";
import type { Rollout } from "../../../src/model/rollout/rollout.ts";
import { isFailure, OUTCOMES } from "../../../src/model/upgrade/outcome.ts";
import type { Upgrade } from "../../../src/model/upgrade/upgrade.ts";
import { keptAtTrigger } from "../../support/gate-situations.ts";
import { policyWith } from "../../support/policy.ts";
import { today } from "../../support/today.ts";
import { attemptOf, courseWith, plannedAgent, planOf, rolloutOf } from "../../support/upgrades.ts";

const MINUTE = 60_000;
const policy = policyWith();
const plan = planOf([plannedAgent("a"), plannedAgent("b")]);
const bob = { person: "U0BOB", user: { id: "u-bob", name: "bob" } };

function failedAt(at: number, attempt = 1, given: Partial<Upgrade> = {}): Upgrade {
  return attemptOf({ id: "a" }, "back-old", {
    attempt,
    outcome: { kind: "back-old", detail: null, at, position: 1 },
    ...given,
  });
}

/** Retries again and again, each time when the last attempt has failed; the times at which each may begin. */
function retryAsOftenAsPossible(
  rollout: Rollout,
  at: readonly number[],
): { readonly rollout: Rollout; readonly begun: number[] } {
  const events: ReturnType<typeof retryEvent>[] = [];
  const begun: number[] = [];
  let now = rollout;
  for (const [i, time] of at.entries()) {
    const decision = decideRetry(now, [failedAt(time, i + 1)], { policy, now: time });
    if (decision.retried.length === 0) break;
    begun.push(...decision.retried.map(({ notBefore }) => notBefore - time));
    events.push(retryEvent(bob, null, decision));
    now = rolloutOf(plan, ...events);
  }
  return { rollout: now, begun };
}

describe("a retry", () => {
  test("comes later each time, and three times at most", () => {
    const { rollout, begun } = retryAsOftenAsPossible(
      rolloutOf(plan),
      [0, 1, 2, 3, 4].map((n) => n * 60 * MINUTE),
    );
    expect(begun).toEqual([2 * MINUTE, 5 * MINUTE, 15 * MINUTE]);
    expect(retryBlocked(rollout, failedAt(300 * MINUTE, 4), policy)).toEqual(cause("retried-enough", { times: 3 }));
  });

  test("counts its pause from the failure: whoever looks an hour later does not wait again", () => {
    const now = 60 * MINUTE;
    expect(decideRetry(rolloutOf(plan), [failedAt(0)], { policy, now }).retried).toEqual([
      { id: "a", attempt: 2, notBefore: now },
    ]);
  });

  test("waits for its pause alone if the clock was set back since the failure", () => {
    const now = 60 * MINUTE;
    expect(decideRetry(rolloutOf(plan), [failedAt(300 * MINUTE)], { policy, now }).retried).toEqual([
      { id: "a", attempt: 2, notBefore: now + 2 * MINUTE },
    ]);
  });

  test("is not for what may still be upgrading, nor for what waits for its next attempt already", () => {
    const asked = rolloutOf(
      plan,
      retryEvent(bob, null, decideRetry(rolloutOf(plan), [failedAt(0)], { policy, now: 0 })),
    );
    const unknown = attemptOf({ id: "b" }, "unknown");
    const whys = (rollout: Rollout, ...failed: Upgrade[]) =>
      decideRetry(rollout, failed, { policy, now: 0 }).leftOut.map(({ why }) => why);
    expect(whys(asked, failedAt(0), unknown)).toEqual(Array(2).fill(cause("retry-pending")));
    expect(whys(rolloutOf(plan), failedAt(0, 1, { holdsSlot: true }))).toEqual([cause("may-still-upgrade")]);
  });

  test("is over when the agent comes back by itself, when it is dropped, and when the rollout stops", () => {
    const event = retryEvent(bob, null, decideRetry(rolloutOf(plan), [failedAt(0)], { policy, now: 0 }));
    const asked = rolloutOf(plan, event);
    expect(pendingRetry(asked, failedAt(0))).toMatchObject({ attempt: 2, times: 1, by: "U0BOB" });
    expect(pendingRetry(asked, attemptOf({ id: "a" }, "verified"))).toBeUndefined();
    expect(pendingRetry(asked, attemptOf({ id: "a" }, "unchanged"))).toBeUndefined();
    expect(pendingRetry(asked, failedAt(9, 2))).toBeUndefined();
    const data = { agent: { id: "a", name: "a" }, attempt: 2, why: cause("offline-before-turn") };
    const dropped = rolloutOf(plan, event, { type: "retry.dropped", data });
    expect(pendingRetry(dropped, failedAt(0))).toBeUndefined();
    expect(retryBlocked(dropped, failedAt(0), policy)).toBeUndefined();
    const stopped = rolloutOf(plan, event, { type: "rollout.stopped", data: { by: "U" } });
    expect([followsUp(asked, failedAt(0)), followsUp(stopped, failedAt(0))]).toEqual([true, false]);
  });

  test("takes the place of the attempt that would have followed by itself, also if it is dropped again", () => {
    const data = { agent: { id: "a", name: "a" }, attempt: 2, why: cause("offline-before-turn") };
    const drop = { type: "retry.dropped", data } as const;
    const open = attemptOf({ id: "a" }, "unanswered");
    const event = retryEvent(bob, null, decideRetry(rolloutOf(plan, drop), [open], { policy, now: 0 }));
    expect(event.data.agents).toHaveLength(1);
    const seen = [[], [drop], [drop, event], [drop, event, drop]].map((events) => {
      const rollout = rolloutOf(plan, ...events);
      return [repeats(rollout, open), pendingRetry(rollout, open) !== undefined];
    });
    expect(seen).toEqual([
      [true, false],
      [false, false],
      [false, true],
      [false, false],
    ]);
  });

  test("only of failures, whatever is handed in, and never before its pause", () => {
    const outcome = fc.record({ kind: fc.constantFrom(...OUTCOMES), at: fc.nat(100 * MINUTE) });
    fc.assert(
      fc.property(outcome, fc.nat(100 * MINUTE), fc.boolean(), ({ kind, at }, now, holdsSlot) => {
        const upgrade = attemptOf({ id: "a" }, kind, { holdsSlot, outcome: { kind, detail: null, at, position: 1 } });
        const { retried } = decideRetry(rolloutOf(plan), [upgrade], { policy, now });
        for (const { notBefore } of retried) {
          expect(isFailure(kind)).toBe(true);
          // What failed later than now did so before the clock was set back.
          expect(notBefore).toBe(Math.max(now, Math.min(now, at) + 2 * MINUTE));
        }
      }),
    );
  });

  test("long after the approval it does not begin: the rollout pauses and asks again", () => {
    const wants = policyWith({
      approvals: 1,
      approvers: { people: ["U0BOB"], usergroups: [], usergroupPermissions: [], roles: [] },
      approvalCovers: 60 * MINUTE,
    });
    const serverUser = { id: "u", name: "alice" };
    const base = { rollout: "prod-1", plan, serverUser, channel: "C", policy: wants, size: 2 };
    const rollout = rolloutOf(
      plan,
      {
        type: "rollout.requested",
        data: { ...base, requester: "U0ALICE", needed: 1, expiresAt: MINUTE, because: null },
      },
      { type: "rollout.approved", data: { by: "U0BOB", serverUser: bob.user, round: 1, hash: "h" } },
      { type: "rollout.started", data: { ...base, owner: "U0ALICE" } },
      retryEvent(bob, null, decideRetry(rolloutOf(plan), [failedAt(59 * MINUTE)], { policy: wants, now: 59 * MINUTE })),
    );
    expect(keptAtTrigger(rollout, wants, 59 * MINUTE)).toEqual([]);
    expect(keptAtTrigger(rollout, wants, 61 * MINUTE)).toEqual([
      "Its approval does not cover upgrades that begin now: it was given too long ago.",
    ]);
    expect(decideDueRollout(rollout, today(wants, 61 * MINUTE), courseWith()).map(({ type }) => type)).toEqual([
      "rollout.paused",
      "rollout.requested",
    ]);
  });
});
