import { expect, test } from "vitest";
import type { StoredEvent } from "../../src/model/events.ts";
import type { Evidence } from "../../src/model/evidence.ts";
import { evidenceOf } from "../../src/model/evidence-of.ts";
import { evolveRollout } from "../../src/model/rollout/evolve-rollout.ts";
import { givenApprovals } from "../../src/model/rollout/request.ts";
import type { Rollout } from "../../src/model/rollout/rollout.ts";
import type { RolloutEvent } from "../../src/model/rollout/rollout-events.ts";
import { policyWith } from "../support/policy.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const MINUTE = 60_000;
const policy = policyWith({ approvals: 1 });
const plan = planOf([plannedAgent("a")]);
const owner = { person: "U0ALICE", user: { id: "u-alice", name: "alice" } };
const BOB = { by: "U0BOB", user: { id: "u-bob", name: "bob" } };
const base = { rollout: "prod-1", plan, serverUser: owner.user, channel: "C0", policy, size: 1 };
const server = { freeze: null, window: null };
const bobWas = (lost: null | "locked"): Evidence => ({ ...server, approvals: [{ ...BOB, lost, age: MINUTE }] });

/** Asked for by Alice, approved by Bob and started, an hour each after the one before; then whatever else. */
function started(judged: Partial<Record<"approved" | "started", Evidence>>, ...more: readonly RolloutEvent[]): Rollout {
  const approval = { by: BOB.by, serverUser: BOB.user, round: 1, hash: plan.hash };
  const events: readonly RolloutEvent[] = [
    {
      type: "rollout.requested",
      data: { ...base, requester: owner.person, needed: 1, expiresAt: 999 * MINUTE, because: null },
    },
    { type: "rollout.approved", data: { ...approval, ...(judged.approved ? { judged: judged.approved } : {}) } },
    {
      type: "rollout.started",
      data: { ...base, owner: owner.person, ...(judged.started ? { judged: judged.started } : {}) },
    },
    ...more,
  ];
  const rollout = events.reduce<Rollout | undefined>((state, event, i) => {
    const place = { id: `${i}`, v: 1, actor: "x", stream: "rollout.prod-1", seq: i + 1, position: i + 1 };
    return evolveRollout(state, { ...event, ...place, at: i * 60 * MINUTE } as StoredEvent);
  }, undefined);
  if (!rollout) throw new Error("There is no rollout.");
  return rollout;
}

/** What an upgrade that begins four hours after the request holds of those who approved. */
function atFour(rollout: Rollout): Evidence["approvals"] {
  const approvals = givenApprovals(rollout, policy);
  return evidenceOf({ owner, lacking: [], approvals }, 5, 240 * MINUTE).approvals;
}

const resumed = (judged?: Evidence): RolloutEvent => ({
  type: "rollout.continued",
  data: { by: owner.person, serverUser: owner.user, policy, ...(judged ? { judged } : {}) },
});
const handedOver = (judged: Evidence): RolloutEvent => ({
  type: "rollout.handed-over",
  data: { by: "U0CAROL", serverUser: { id: "u-carol", name: "carol" }, from: owner.person, judged },
});

test.each<readonly [string, Rollout, object]>([
  ["the press, if nothing later tells", started({ approved: bobWas(null) }), { lost: null, age: 181 * MINUTE }],
  ["the start", started({ approved: bobWas(null), started: bobWas(null) }), { lost: null, age: 121 * MINUTE }],
  ["a resume", started({ started: bobWas(null) }, resumed(bobWas(null))), { lost: null, age: 61 * MINUTE }],
  ["not a resume that read nobody", started({ started: bobWas(null) }, resumed()), { lost: null, age: 121 * MINUTE }],
  [
    "a handover",
    started({ started: bobWas(null) }, handedOver(bobWas("locked"))),
    { lost: "locked", age: 61 * MINUTE },
  ],
])("an upgrade holds the last reading of who approved: that of %s", (_what, rollout, read) => {
  expect(atFour(rollout)).toEqual([{ ...BOB, ...read }]);
});

test("the events of older ledgers tell of no reading, so none is claimed", () => {
  expect(atFour(started({}))).toEqual([BOB]);
  expect(atFour(started({ started: { ...server, approvals: [BOB] } }))).toEqual([BOB]);
});

test("what was read for the decision itself counts, of those of whom it was read", () => {
  const approvals = givenApprovals(started({ approved: bobWas(null) }), policy);
  const bob = { person: BOB.by, user: BOB.user };
  const read = { owner, lacking: [], approvals, lost: [{ ...BOB, why: "locked" as const }] };
  expect(evidenceOf({ ...read, approvers: [bob] }, 5, 240 * MINUTE).approvals).toEqual([
    { ...BOB, lost: "locked", age: 5 },
  ]);
  expect(evidenceOf({ ...read, approvers: [], lost: [] }, 5, 240 * MINUTE).approvals).toEqual([
    { ...BOB, lost: null, age: 181 * MINUTE },
  ]);
});

test("rights are claimed as they were read: what is lacking, or nothing at all", () => {
  expect(evidenceOf({ owner, lacking: ["Upgrade Agents"] }, 5, 0).lacking).toEqual({
    permissions: ["Upgrade Agents"],
    age: 5,
  });
  expect(evidenceOf({ owner, lacking: undefined }, 5, 0)).toEqual({ owner: { ...owner, age: 5 } });
});
