import { describe, expect, test } from "vitest";
import { cause } from "../../../src/core/cause.ts";
import { DAYS } from "../../../src/core/days.ts";
import { lineText } from "../../../src/core/view.ts";
import { decideDueRollout } from "../../../src/features/rollout/decide-due-rollouts.ts";
import { begin, decideStart } from "../../../src/features/rollout/decide-start.ts";
import { decideReschedule, decideUnschedule } from "../../../src/features/schedule/decide-schedule.ts";
import { exceedsWindowWords, fitsWindow } from "../../../src/gates/exceeds-window.ts";
import { blockedAt } from "../../../src/gates/index.ts";
import { ofRollout } from "../../../src/gates/rollout-situation.ts";
import type { StoredEvent } from "../../../src/model/events.ts";
import { narrowPlan } from "../../../src/model/plan/make-plan.ts";
import type { Policy } from "../../../src/model/policy.ts";
import { evolveRollout } from "../../../src/model/rollout/evolve-rollout.ts";
import { coveredUntil, isApproved } from "../../../src/model/rollout/request.ts";
import type { Rollout } from "../../../src/model/rollout/rollout.ts";
import type { RolloutEvent } from "../../../src/model/rollout/rollout-events.ts";
import { nextWindow } from "../../../src/model/windows.ts";
import { plainCause } from "../../../src/phrases/cause-text.ts";
import { agentSituation, keptAtTrigger } from "../../support/gate-situations.ts";
import { policyWith } from "../../support/policy.ts";
import { today } from "../../support/today.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ALICE = { person: "U0ALICE", user: { id: "u-alice", name: "alice" } };
const BOB = { person: "U0BOB", user: { id: "u-bob", name: "bob" } };
/** Open from 0:00 to 6:00 UTC. */
const NIGHTS: Policy["windows"] = [{ days: [...DAYS], from: 0, to: 360, zone: "UTC" }];

function later(rollout: Rollout | undefined, at: number, ...events: readonly RolloutEvent[]): Rollout {
  const folded = events.reduce<Rollout | undefined>((state, event) => {
    const seq = (state?.seq ?? 0) + 1;
    const place = { stream: "rollout.prod-1", seq, position: seq };
    return evolveRollout(state, { ...event, id: `${seq}`, v: 1, at, actor: "x", ...place } as StoredEvent);
  }, rollout);
  if (!folded) throw new Error("There is no rollout.");
  return folded;
}

function scheduled(policy: Policy, at: number): Rollout {
  const agents = [{ id: "a", name: "a", status: "upgrade-required" as const, version: "7.0" }];
  const options = { slots: 10, reason: null };
  const plan = narrowPlan(
    { server: "prod", serverVersion: "8", options, excluded: [], agents, hash: "" },
    policy,
    agents,
  );
  const given = { rollout: "prod-1", plan, by: ALICE, channel: "C1", size: 1, ...today(policy, 0), at };
  return later(undefined, 0, begin(given), { type: "rollout.scheduled", data: { at, by: ALICE.person } });
}

function approve(rollout: Rollout, at: number, by = BOB): Rollout {
  const { round, hash } = rollout.request ?? { round: 0, hash: "" };
  return later(rollout, at, { type: "rollout.approved", data: { by: by.person, serverUser: by.user, round, hash } });
}

function start(
  rollout: Rollout,
  policy: Policy,
  now: number,
  plan = rollout.plan,
  more: Partial<Parameters<typeof decideStart>[1]> = {},
): readonly RolloutEvent[] | string {
  const given = { plan, owner: ALICE, dropped: [], ...today(policy, now), lost: [], hopeless: undefined, ...more };
  const decision = decideStart(rollout, given);
  return "events" in decision ? decision.events : decision.refusal.map(({ gate }) => gate).join();
}

const types = (events: readonly RolloutEvent[] | string) =>
  typeof events === "string" ? events : events.map(({ type }) => type);

describe("a scheduled start", () => {
  test("has to be approved before its time, which is sooner than any request would expire", () => {
    const policy = policyWith({ approvals: 1 });
    expect(scheduled(policy, 10 * MINUTE).request?.expiresAt).toBe(10 * MINUTE);
    expect(scheduled(policy, 10 * HOUR).request?.expiresAt).toBe(30 * MINUTE);
    expect(types(decideDueRollout(scheduled(policy, 10 * MINUTE), today(policy, 10 * MINUTE), undefined))).toEqual([
      "rollout.expired",
    ]);
  });

  test("begins at its time and not before, with an approval that covers from then on", () => {
    const policy = policyWith({ approvals: 1, approvalCovers: HOUR });
    const rollout = approve(scheduled(policy, 10 * HOUR), MINUTE);
    expect(isApproved(rollout, policy)).toBe(true);
    expect(start(rollout, policy, 10 * HOUR - 1)).toBe("start-on-time");
    expect(types(start(rollout, policy, 10 * HOUR))).toEqual(["rollout.started"]);
    expect(coveredUntil(rollout, policy)).toBe(11 * HOUR);
    const due = (of: Rollout, now: number) =>
      blockedAt("due", "rollout", ofRollout(of, now), policy).map(({ gate, effect }) => `${effect} ${gate}`);
    expect(due(scheduled(policy, 10 * HOUR), MINUTE)).toEqual(["wait approvals", "wait start-on-time"]);
    expect(due(rollout, 10 * HOUR - 1)).toEqual(["wait start-on-time"]);
    expect(due(rollout, 10 * HOUR)).toEqual([]);
    expect(due(rollout, 11 * HOUR)).toEqual(["wait coverage"]);
    expect(start(rollout, policy, 11 * HOUR)).toBe("coverage");
    expect(decideDueRollout(rollout, today(policy, 9 * HOUR), undefined)).toEqual([]);
  });

  test("that is more than 15 min late, or meets no window, asks again; without approvals its owner is told", () => {
    const policy = policyWith({ approvals: 1 });
    const rollout = approve(scheduled(policy, HOUR), MINUTE);
    expect(decideDueRollout(rollout, today(policy, HOUR + 15 * MINUTE), undefined)).toEqual([]);
    const late = decideDueRollout(rollout, today(policy, HOUR + 15 * MINUTE + 1), undefined);
    expect(types(late)).toEqual(["rollout.unscheduled", "rollout.requested"]);
    expect(types(start(rollout, policy, 2 * HOUR))).toEqual(["rollout.unscheduled", "rollout.requested"]);
    const again = later(rollout, 2 * HOUR, ...late);
    expect(isApproved(again, policy)).toBe(false);
    // Approved once more it begins at once.
    expect(types(start(approve(again, 2 * HOUR), policy, 2 * HOUR))).toEqual(["rollout.started"]);
    expect(
      types(decideDueRollout(rollout, today(policyWith({ approvals: 1, windows: NIGHTS }), 10 * HOUR), undefined)),
    ).toEqual(["rollout.unscheduled", "rollout.requested"]);
    const free = scheduled(policyWith({ windows: NIGHTS }), HOUR);
    expect(types(start(free, policyWith({ windows: NIGHTS }), HOUR))).toEqual(["rollout.started"]);
    const closed = decideDueRollout(
      free,
      today(policyWith({ windows: [{ days: ["sun"], from: 0, to: 9, zone: "UTC" }] }), HOUR),
      undefined,
    );
    expect(types(closed)).toEqual(["rollout.unscheduled", "rollout.denied"]);
    expect(later(free, HOUR, ...closed).status).toBe("closed");
  });

  test("for which another plan than was seen is found at its time asks again; without approvals its owner is told", () => {
    const policy = policyWith({ approvals: 1 });
    const rollout = approve(scheduled(policy, HOUR), MINUTE);
    const other = { ...rollout.plan, serverVersion: "9" };
    const asked = start(rollout, policy, HOUR, other);
    expect(types(asked)).toEqual(["rollout.unscheduled", "rollout.requested"]);
    // Its time is over, so the next approval starts it.
    const again = approve(later(rollout, HOUR, ...(typeof asked === "string" ? [] : asked)), HOUR + 20 * MINUTE);
    expect(types(start(again, policy, HOUR + 21 * MINUTE))).toEqual(["rollout.started"]);

    const free = scheduled(policyWith(), HOUR);
    expect(types(start(free, policyWith(), HOUR, other))).toEqual(["rollout.unscheduled", "rollout.denied"]);
  });

  test("is asked for once the rules want approvals that they did not want before, and keeps its time", () => {
    const rollout = scheduled(policyWith(), 5 * HOUR);
    const stricter = policyWith({ approvals: 1 });
    const events = decideDueRollout(rollout, today(stricter, 2 * HOUR), undefined);
    expect(types(events)).toEqual(["rollout.requested"]);
    const asked = later(rollout, 2 * HOUR, ...events);
    expect(asked).toMatchObject({ schedule: { at: 5 * HOUR }, request: { needed: 1, expiresAt: 2.5 * HOUR } });
    expect(decideDueRollout(asked, today(stricter, 2 * HOUR + MINUTE), undefined)).toEqual([]);
    expect(start(asked, stricter, 5 * HOUR)).toBe("approvals");
    expect(types(start(approve(asked, 2 * HOUR), stricter, 5 * HOUR))).toEqual(["rollout.started"]);
  });

  test("that was approved is asked for again once the rules want more approvals, and keeps its time", () => {
    const rollout = approve(scheduled(policyWith({ approvals: 1 }), 5 * HOUR), MINUTE);
    const stricter = policyWith({ approvals: 2 });
    const events = decideDueRollout(rollout, today(stricter, 2 * HOUR), undefined);
    expect(types(events)).toEqual(["rollout.requested"]);
    const asked = later(rollout, 2 * HOUR, ...events);
    expect(asked).toMatchObject({ schedule: { at: 5 * HOUR }, request: { needed: 2, expiresAt: 2.5 * HOUR } });
    expect(decideDueRollout(asked, today(stricter, 2 * HOUR + MINUTE), undefined)).toEqual([]);
    // Once its approval covers it no more by its own rules, it expires.
    expect(types(decideDueRollout(rollout, today(stricter, 5 * HOUR + 24 * HOUR), undefined))).toEqual([
      "rollout.expired",
    ]);
  });

  test.each([
    ["more approvals than it has", approve(scheduled(policyWith({ approvals: 1 }), HOUR), MINUTE), 2],
    ["approvals that they did not want before", scheduled(policyWith(), HOUR), 1],
  ])("has no time any more if the rules want %s at that time: its approvals start it", (_what, rollout, wanted) => {
    const stricter = policyWith({ approvals: wanted });
    const events = decideDueRollout(rollout, today(stricter, HOUR), undefined);
    expect(types(events)).toEqual(["rollout.unscheduled", "rollout.requested"]);
    const asked = later(rollout, HOUR, ...events);
    expect(asked).toMatchObject({ schedule: undefined, request: { expiresAt: 1.5 * HOUR } });
    const carol = { person: "U0CAROL", user: { id: "u-carol", name: "carol" } };
    const approved = [BOB, carol].reduce((one, by) => approve(one, HOUR + 20 * MINUTE, by), asked);
    // It is not too late for a time that it has no more.
    expect(decideDueRollout(approved, today(stricter, HOUR + 20 * MINUTE), undefined)).toEqual([]);
    expect(types(start(approved, stricter, HOUR + 20 * MINUTE))).toEqual(["rollout.started"]);
  });

  test("whose approver has left is asked for again, but denied where too few are left, and says both", () => {
    const policy = policyWith({ approvals: 1 });
    const rollout = approve(scheduled(policy, HOUR), MINUTE);
    const gone = { by: BOB.person, user: BOB.user, why: "deactivated" } as const;
    const lost = [gone];
    const [off, asked] = start(rollout, policy, HOUR, rollout.plan, { lost });
    expect(off).toMatchObject({ type: "rollout.unscheduled", data: { because: [{ code: "approvers-valid.lost" }] } });
    expect(asked).toMatchObject({ type: "rollout.requested", data: { lost } });
    const hopeless = cause("too-few-approvers", { server: "prod", needed: 1, able: 0 });
    const [, denied, ...more] = start(rollout, policy, HOUR, rollout.plan, { lost, hopeless });
    const causes = [{ code: "approvers-valid.lost", params: { approvals: 1 } }, hopeless];
    expect(denied).toEqual({ type: "rollout.denied", data: { by: "drydock", causes } });
    expect(more).toEqual([]);
    // With an approval to spare nothing is asked.
    const left = { lost: [{ ...gone, by: "U0CAROL" }], hopeless };
    expect(types(start(rollout, policy, HOUR, rollout.plan, left))).toEqual(["rollout.started"]);
  });

  test("is moved by its owner alone, and asked for again where approvals are wanted", () => {
    const policy = policyWith({ approvals: 1 });
    const rollout = approve(scheduled(policy, HOUR), MINUTE);
    const move = (by: string, at: number, now = MINUTE) => decideReschedule(rollout, { by, at, ...today(policy, now) });
    expect(move(BOB.person, 2 * HOUR)).toMatchObject({ refusal: { code: "not-requester" } });
    expect(move(ALICE.person, 0)).toMatchObject({ refusal: { causes: [{ code: "start-time.over" }] } });
    expect(move(ALICE.person, 15 * 24 * HOUR)).toMatchObject({ refusal: { causes: [{ code: "start-time.too-far" }] } });
    for (const at of [HOUR / 2, 2 * HOUR]) {
      const decision = move(ALICE.person, at);
      const events = "events" in decision ? decision.events : [];
      expect(types(events)).toEqual(["rollout.rescheduled", "rollout.requested"]);
      const moved = later(rollout, MINUTE, ...events);
      expect(moved).toMatchObject({ schedule: { at }, request: { round: 2, approvals: [] } });
    }
    const free = scheduled(policyWith(), HOUR);
    const decision = decideReschedule(free, { by: ALICE.person, at: 2 * HOUR, ...today(policyWith(), MINUTE) });
    expect(types("events" in decision ? decision.events : [])).toEqual(["rollout.rescheduled"]);
  });

  test("is cancelled for good", () => {
    const rollout = scheduled(policyWith(), HOUR);
    const decision = decideUnschedule(rollout, BOB.person);
    const over = later(rollout, MINUTE, ...("events" in decision ? decision.events : []));
    expect(over).toMatchObject({ status: "closed", schedule: undefined });
    expect(decideUnschedule(over, BOB.person)).toHaveProperty("refusal");
    expect(decideDueRollout(over, today(policyWith(), HOUR), undefined)).toEqual([]);
  });

  test("is for a window that will be open; the next one is never the one that is open already", () => {
    const policy = policyWith({ windows: NIGHTS });
    const found = (startAt: number, scheduled = 0) =>
      blockedAt("schedule", "start", { now: HOUR, startAt, scheduled }, policy).map(({ cause }) => plainCause(cause));
    expect(found(25 * HOUR, 19)).toEqual([]);
    expect(found(25 * HOUR, 20)).toEqual(["20 rollouts are already scheduled on prod, the most that Drydock allows."]);
    expect(found(10 * HOUR)).toEqual([
      expect.stringContaining("No window of prod is open then. The next one after that opens Fri 00:00 (UTC)"),
    ]);
    expect(nextWindow(policy, HOUR)).toBe(24 * HOUR);
    expect(nextWindow(policy, 10 * HOUR)).toBe(24 * HOUR);
    expect(nextWindow(policyWith(), HOUR)).toBeUndefined();
    expect(
      nextWindow(policyWith({ windows: [{ days: [...DAYS], from: 0, to: 1_440, zone: "UTC" }] }), HOUR),
    ).toBeUndefined();
  });
});

describe("an upgrade that would outrun its window", () => {
  const policy = policyWith({ windows: NIGHTS });

  test("does not begin, while shorter ones still do; the card says how many wait", () => {
    const now = 6 * HOUR - 5 * MINUTE;
    expect(fitsWindow(policy, now, 5 * MINUTE)).toBe(true);
    expect(fitsWindow(policy, now, 5 * MINUTE + 1)).toBe(false);
    expect(fitsWindow(policyWith(), now, 99 * HOUR)).toBe(true);
    const started = later(undefined, 0, {
      type: "rollout.started",
      data: {
        rollout: "prod-1",
        plan: scheduled(policy, HOUR).plan,
        owner: "U0ALICE",
        serverUser: ALICE.user,
        channel: "C1",
        policy,
        size: 1,
      },
    });
    const found = (expected: number) => blockedAt("trigger", "agent", agentSituation({ now, expected }), policy);
    expect(keptAtTrigger(started, policy, now)).toEqual([]);
    expect(found(5 * MINUTE)).toEqual([]);
    expect(found(6 * MINUTE)).toMatchObject([{ gate: "fits-window", effect: "wait" }]);
    expect(lineText(exceedsWindowWords(policy, now, [MINUTE, 9 * MINUTE]) ?? [])).toContain(
      "1 of the 2 that wait do not start in this window: it closes 1970-01-01 06:00 UTC",
    );
    expect(lineText(exceedsWindowWords(policy, now, [9 * MINUTE]) ?? [])).toContain(
      "No more upgrades start in this window",
    );
    expect(lineText(exceedsWindowWords(policy, now, [9 * MINUTE]) ?? [])).toContain("They start in the next window.");
    expect(lineText(exceedsWindowWords(policy, now, [9 * MINUTE, 25 * HOUR]) ?? [])).toMatch(
      /1 upgrade takes longer than any window and cannot start: .*The others start in the next one\.$/,
    );
    expect(exceedsWindowWords(policy, now, [MINUTE])).toBeUndefined();
    expect(exceedsWindowWords(policy, 10 * HOUR, [9 * MINUTE])).toBeUndefined();
  });
});
