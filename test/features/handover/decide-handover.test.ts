import { describe, expect, test } from "vitest";
import {
  decideAccept,
  decideDecline,
  decideOffer,
  type HandoverRefusal,
} from "../../../src/features/handover/decide-handover.ts";
import { decideDueRollout } from "../../../src/features/rollout/decide-due-rollouts.ts";
import { begin } from "../../../src/features/rollout/decide-start.ts";
import { blockedAt } from "../../../src/gates/index.ts";
import { ofRollout } from "../../../src/gates/rollout-situation.ts";
import type { StoredEvent } from "../../../src/model/events.ts";
import { narrowPlan } from "../../../src/model/plan/make-plan.ts";
import type { Policy } from "../../../src/model/policy.ts";
import { askAgain } from "../../../src/model/rollout/ask-again.ts";
import { evolveRollout } from "../../../src/model/rollout/evolve-rollout.ts";
import {
  coveredUntil,
  type Decision,
  decideApprove,
  isApproved,
  validApprovals,
} from "../../../src/model/rollout/request.ts";
import type { Rollout } from "../../../src/model/rollout/rollout.ts";
import type { RolloutEvent } from "../../../src/model/rollout/rollout-events.ts";
import type { Party } from "../../../src/model/rollout/rollout-parts.ts";
import { policyWith } from "../../support/policy.ts";
import { today } from "../../support/today.ts";
import { courseWith } from "../../support/upgrades.ts";

const [ALICE, BOB, CAROL, DAVE] = ["ALICE", "BOB", "CAROL", "DAVE"].map((name) => ({
  person: `U0${name}`,
  user: { id: name, name },
})) as [Party, Party, Party, Party];
const MINUTE = 60_000;

function later(rollout: Rollout | undefined, at: number, ...events: readonly RolloutEvent[]): Rollout {
  const folded = events.reduce<Rollout | undefined>((state, event) => {
    const seq = (state?.seq ?? 0) + 1;
    return evolveRollout(state, {
      ...event,
      id: `${seq}`,
      v: 1,
      at,
      actor: "x",
      stream: "rollout.prod-1",
      seq,
      position: seq,
    } as StoredEvent);
  }, rollout);
  if (!folded) throw new Error("There is no rollout.");
  return folded;
}

function running(policy = policyWith()): Rollout {
  const agents = [{ id: "a", name: "a", status: "upgrade-required" as const, version: "7.0" }];
  const empty = {
    server: "prod",
    serverVersion: "8",
    options: { slots: 10, reason: null },
    excluded: [],
    agents,
    hash: "",
  };
  const plan = narrowPlan(empty, policy, agents);
  return later(
    undefined,
    0,
    begin({ rollout: "prod-1", plan, by: ALICE, channel: "C1", size: 1, ...today(policy, 0) }),
  );
}

function events(decision: Decision<HandoverRefusal>): readonly RolloutEvent[] {
  if ("refusal" in decision) throw new Error(decision.refusal.code);
  return decision.events;
}

function offered(rollout: Rollout, to = BOB.person, now = 0): Rollout {
  const given = { by: ALICE.person, to, forOwner: false, policy: policyWith(), now };
  return later(rollout, now, ...events(decideOffer(rollout, given)));
}

const accept = (rollout: Rollout, given: Partial<Parameters<typeof decideAccept>[1]> = {}) =>
  decideAccept(rollout, { n: 1, by: BOB, ...today(policyWith(), 1), lost: [], ...given });

describe("a handover", () => {
  test("is offered by the owner alone, or for one who is gone", () => {
    const given = { by: BOB.person, to: CAROL.person, forOwner: false, policy: policyWith(), now: 0 };
    expect(decideOffer(running(), given)).toMatchObject({ refusal: { code: "not-owner" } });
    expect(decideOffer(running(), { ...given, forOwner: true })).toHaveProperty("events");
    expect(decideOffer(running(), { ...given, by: ALICE.person, to: ALICE.person })).toHaveProperty("refusal");
    const ended = later(running(), 1, { type: "rollout.ended", data: {} });
    expect(decideOffer(ended, { ...given, by: ALICE.person })).toMatchObject({
      refusal: { code: "over" },
    });
  });

  test("is accepted once, in time, and only by whom it was made to", () => {
    const rollout = offered(running());
    expect(accept(rollout, { by: CAROL })).toEqual({ refusal: { code: "not-offered-to-you", rollout: "prod-1" } });
    expect(accept(rollout, { now: 30 * MINUTE })).toMatchObject({ refusal: { code: "offer-expired" } });
    expect(accept(rollout, { n: 2 })).toMatchObject({ refusal: { code: "older-offer" } });
    const taken = later(rollout, 1, ...events(accept(rollout)));
    expect(taken).toMatchObject({ owner: BOB.person, serverUser: BOB.user, status: "running", parties: [ALICE, BOB] });
    expect(accept(taken)).toMatchObject({ refusal: { code: "offer-over", how: "taken" } });
    const again = offered(offered(running()), CAROL.person, 1);
    expect(accept(again)).toMatchObject({ refusal: { code: "older-offer" } });
  });

  test("expires by itself, can be declined by either, and is void once somebody else owns the rollout", () => {
    const rollout = offered(running());
    expect(decideDueRollout(rollout, today(policyWith(), 30 * MINUTE - 1), courseWith())).toEqual([]);
    const expired = decideDueRollout(rollout, today(policyWith(), 30 * MINUTE), courseWith());
    expect(expired).toMatchObject([{ type: "rollout.offer-ended", data: { how: "expired" } }]);
    expect(
      decideDueRollout(later(rollout, 30 * MINUTE, ...expired), today(policyWith(), 31 * MINUTE), courseWith()),
    ).toEqual([]);
    for (const by of [ALICE.person, BOB.person])
      expect(later(rollout, 1, ...events(decideDecline(rollout, { n: 1, by, now: 1 }))).offer?.over).toBe("declined");
    expect(decideDecline(rollout, { n: 1, by: CAROL.person, now: 1 })).toHaveProperty("refusal");
    const continued = ({ person, user }: typeof CAROL): RolloutEvent => ({
      type: "rollout.continued",
      data: { by: person, serverUser: user, policy: policyWith() },
    });
    expect(accept(later(rollout, 1, continued(CAROL)))).toMatchObject({
      refusal: { code: "offer-over", how: "void" },
    });
    expect(accept(later(rollout, 1, continued(ALICE)))).toHaveProperty("events");
    expect(accept(later(rollout, 1, { type: "rollout.ended", data: {} }))).toEqual({
      refusal: { code: "offer-over", rollout: "prod-1", how: "nothing-left" },
    });
  });

  test("is void once an approver denies what its rollout asks again", () => {
    const policy = policyWith({ approvals: 1 });
    const rollout = offered(running());
    const asked = later(
      rollout,
      1,
      { type: "rollout.paused", data: { by: "drydock", kind: "policy", causes: [] } },
      askAgain(rollout, today(policy, 1), []),
    );
    expect(asked.offer?.over).toBeUndefined();
    const denied = later(asked, 2, { type: "rollout.denied", data: { by: CAROL.person, reason: "not today" } });
    expect(denied).toMatchObject({ status: "stopping", offer: { over: "void" } });
    expect(accept(denied, { now: 3 })).toEqual({
      refusal: { code: "offer-over", rollout: "prod-1", how: "nothing-left" },
    });
  });

  test("voids what the new owner had approved: it waits, and asks again", () => {
    const policy = policyWith({ approvals: 1 });
    const asked = running(policy);
    const approved = later(
      asked,
      1,
      { type: "rollout.approved", data: { by: BOB.person, serverUser: BOB.user, round: 1, hash: asked.plan.hash } },
      {
        type: "rollout.started",
        data: {
          rollout: "prod-1",
          plan: asked.plan,
          owner: ALICE.person,
          serverUser: ALICE.user,
          channel: "C1",
          policy,
          size: 1,
        },
      },
    );
    expect(isApproved(approved, policy)).toBe(true);
    const rollout = offered(approved, BOB.person, 2);
    const after = events(accept(rollout, { policy, now: 3 }));
    expect(after.map(({ type }) => type)).toEqual(["rollout.handed-over", "rollout.paused", "rollout.requested"]);
    const now = later(rollout, 3, ...after);
    expect(isApproved(now, policy)).toBe(false);
    expect(now).toMatchObject({ status: "paused", owner: BOB.person, request: { requester: BOB, round: 2 } });
    // Somebody who has not approved it takes over what the other one's approval still covers.
    const carols = offered(approved, CAROL.person, 2);
    expect(events(accept(carols, { by: CAROL, policy, now: 3 })).map(({ type }) => type)).toEqual([
      "rollout.handed-over",
    ]);
  });

  test("leaves an approval that was lost uncounted, also if the rules want more of them later", () => {
    const [one, two] = [policyWith({ approvals: 1 }), policyWith({ approvals: 2 })];
    const asked = running(one);
    const by = ({ person, user }: Party): RolloutEvent => ({
      type: "rollout.approved",
      data: { by: person, serverUser: user, round: 1, hash: asked.plan.hash },
    });
    const { plan, channel, owner, serverUser } = asked;
    const begun = { rollout: "prod-1", plan, channel, owner, serverUser, policy: two, size: 1 };
    const approved = later(asked, 1, by(BOB), by(CAROL), { type: "rollout.started", data: begun });
    const trigger = (rollout: Rollout, policy: Policy) =>
      blockedAt("trigger", "rollout", ofRollout(rollout, 4), policy).map(({ gate }) => gate);
    expect(trigger(approved, two)).toEqual([]);
    // Dave takes it over while one approval is enough, and Bob has left.
    const read = { by: BOB.person, user: BOB.user, lost: "deactivated", age: 0 } as const;
    const judged = { ...today(one, 3).judged, approvals: [read] };
    const lost = [{ by: BOB.person, user: BOB.user, why: read.lost }];
    const given = { by: DAVE, ...today(one, 3), judged, lost };
    const after = events(accept(offered(approved, DAVE.person, 2), given));
    expect(after.map(({ type }) => type)).toEqual(["rollout.handed-over"]);
    const rollout = later(offered(approved, DAVE.person, 2), 3, ...after);
    expect(trigger(rollout, one)).toEqual([]);
    expect(trigger(rollout, two)).toEqual(["approvals"]);
    expect(validApprovals(rollout, two).map(({ person }) => person)).toEqual([CAROL.person]);
  });

  test("lets a person approve anew whose approval was lost", () => {
    const policy = policyWith({ approvals: 2 });
    const asked = running(policy);
    const by = ({ person, user }: Party): RolloutEvent => ({
      type: "rollout.approved",
      data: { by: person, serverUser: user, round: 1, hash: asked.plan.hash },
    });
    const read = { by: BOB.person, user: BOB.user, lost: "other-account", age: 0 } as const;
    const judged = { ...today(policy, 2).judged, approvals: [read] };
    const data = { by: DAVE.person, serverUser: DAVE.user, from: ALICE.person, judged };
    const rollout = later(asked, 1, by(BOB), { type: "rollout.handed-over", data });
    const key = `1.${asked.plan.hash.slice(0, 12)}`;
    const given = { ...today(policy, 3), key, by: { ...BOB, user: { id: "BOB2", name: "BOB2" } } };
    const decision = decideApprove(rollout, given);
    if ("refusal" in decision) throw new Error(decision.refusal.code);
    const approved = later(rollout, 3, ...decision.events, by(CAROL));
    expect(validApprovals(approved, policy).map(({ user }) => user.id)).toEqual(["BOB2", "CAROL"]);
    expect(isApproved(approved, policy)).toBe(true);
  });

  test("counts the approval that a person gave anew from then on, not from the one that was lost", () => {
    const policy = policyWith({ approvals: 1, approvalCovers: 10 });
    const asked = running(policy);
    const data = { by: BOB.person, serverUser: BOB.user, round: 1, hash: asked.plan.hash };
    const reading = (lost: "deactivated" | null, now: number) => {
      const approvals = [{ by: BOB.person, user: BOB.user, lost, age: 0 }];
      return { ...today(policy, now).judged, approvals };
    };
    const given = (at: number) => ({ type: "rollout.approved", data: { ...data, judged: reading(null, at) } }) as const;
    const over = { by: DAVE.person, serverUser: DAVE.user, from: ALICE.person, judged: reading("deactivated", 2) };
    const lost = later(later(asked, 1, given(1)), 2, { type: "rollout.handed-over", data: over });
    const anew = later(lost, 8, given(8));
    expect(validApprovals(anew, policy).map(({ at }) => at)).toEqual([8]);
    expect(coveredUntil(anew, policy)).toBe(18);
  });
});
