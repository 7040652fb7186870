import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AGENT_STATUSES, isConnected, needsUpgrade } from "../../../src/core/agent.ts";
import { cause } from "../../../src/core/cause.ts";
import { narrowPlan } from "../../../src/model/plan/make-plan.ts";
import { everyAgent } from "../../../src/model/plan/plan.ts";
import { countedSize } from "../../../src/model/plan/size.ts";
import { widening } from "../../../src/model/plan/widening.ts";
import type { RolloutEvent } from "../../../src/model/rollout/rollout-events.ts";
import { decideReturns, waitingDue, waitsUntil } from "../../../src/model/rollout/waiting.ts";
import type { Observation } from "../../../src/model/upgrade/upgrade.ts";
import { policyWith } from "../../support/policy.ts";
import { plannedAgent, planOf, rolloutOf } from "../../support/upgrades.ts";

const HOUR = 3_600_000;
const OLD = "6.2.7.1.1";
const policy = policyWith();
const away = (id: string) => plannedAgent(id, { status: "offline" });
const plan = narrowPlan(planOf([plannedAgent("a")]), policy, [plannedAgent("a")], [away("x"), away("y")]);

function look(
  seen: Readonly<Record<string, Observation>>,
  wellSince: Readonly<Record<string, number>> = {},
  missingSince: Readonly<Record<string, number>> = {},
) {
  const now = 1_000;
  return decideReturns(rolloutOf(plan), new Map(Object.entries(seen)), {
    now,
    wellSince: new Map(Object.entries(wellSince)),
    missingSince: new Map(Object.entries(missingSince)),
    stable: 500,
  });
}

const still = { status: "offline", version: OLD } as const;

describe("agents that are waited for", () => {
  test("are part of what is agreed to", () => {
    const without = narrowPlan(plan, policy, plan.agents, []);
    expect(without.hash).not.toBe(plan.hash);
    expect(narrowPlan(without, policy, everyAgent(plan), []).hash).not.toBe(plan.hash);
    expect(widening(without, plan)).toEqual(cause("agents-added", { agents: 2 }));
    expect(widening(plan, without)).toBeUndefined();
    // One that has come back before the start is the same agent at the same version.
    expect(
      widening(plan, narrowPlan(plan, policy, [plannedAgent("a"), plannedAgent("x")], [away("y")])),
    ).toBeUndefined();
    const other = plannedAgent("x", { version: "6.2.7.2.9" });
    expect(widening(plan, narrowPlan(plan, policy, [other], []))).toEqual(
      cause("agent-versions-differ", { agents: 1 }),
    );
    expect(countedSize([], { person: "U", userId: "u" }, plan, () => 0)).toBe(3);
  });

  test.each([
    ["still away", still, []],
    ["connecting", { status: "connecting", version: OLD }, []],
    ["back, and needs it", { status: "upgrade-recommended", version: OLD }, ["waiting.returned x"]],
    ["back at another version", { status: "upgrade-required", version: "6.2.7.2.9" }, ["waiting.dropped x"]],
    ["back for a moment, and asks for nothing yet", { status: "online", version: OLD }, []],
  ] as const)("%s", (_name, seen, facts) => {
    const found = look({ x: seen, y: still });
    expect(
      found.flatMap((event) =>
        event.type === "waiting.returned" || event.type === "waiting.dropped"
          ? event.data.agents.map(({ id }) => `${event.type} ${id}`)
          : [],
      ),
    ).toEqual(facts);
  });

  test("who asks for nothing for a while, or is not listed for a while, is dropped and named", () => {
    const online = { x: { status: "online", version: OLD } } as const;
    expect(look(online, { x: 501 }, { y: 501 })).toEqual([]);
    expect(look(online)).toEqual([]);
    expect(look(online, { x: 500 }, { y: 500 })).toEqual([
      {
        type: "waiting.dropped",
        data: {
          agents: [
            { id: "x", name: "x", why: cause("back-and-well") },
            { id: "y", name: "y", why: cause("not-listed") },
          ],
        },
      },
    ]);
  });

  test("are waited for as long as the approval lasts", () => {
    const rollout = rolloutOf(plan);
    expect(waitsUntil(rollout, policy)).toBe(24 * HOUR);
    expect(waitingDue(rollout, policy, 24 * HOUR - 1)).toEqual([]);
    const over = rolloutOf(plan, ...waitingDue(rollout, policy, 24 * HOUR));
    expect(over.plan.waiting ?? []).toEqual([]);
    expect(over.guards.absent).toEqual(["x", "y"].map((id) => ({ id, name: id, why: cause("not-back-in-time") })));
    const approved = policyWith({ approvals: 1 });
    const serverUser = { id: "u", name: "alice" };
    const base = { rollout: "prod-1", plan, serverUser, channel: "C", policy: approved, size: 3 };
    const asked = rolloutOf(
      plan,
      { type: "rollout.requested", data: { ...base, requester: "U", needed: 1, expiresAt: HOUR, because: null } },
      {
        type: "rollout.approved",
        data: { by: "B", serverUser: { id: "b", name: "b" }, round: 1, hash: plan.hash },
        at: HOUR,
      },
      { type: "rollout.started", data: { ...base, owner: "U" } },
    );
    expect(waitsUntil(asked, approved)).toBe(25 * HOUR);
  });

  test("are waited for no longer once the rules want an approval that what runs does not have", () => {
    const stricter = policyWith({ approvals: 1 });
    const rollout = rolloutOf(plan);
    expect(waitsUntil(rollout, stricter)).toBe(24 * HOUR);
    expect(waitingDue(rollout, stricter, 24 * HOUR - 1)).toEqual([]);
    expect(waitingDue(rollout, stricter, 24 * HOUR)).toMatchObject([{ type: "waiting.dropped" }]);
  });

  test("are waited for while approval is asked for again, and after that as long as the new one lasts", () => {
    const approved = policyWith({ approvals: 1 });
    const serverUser = { id: "u", name: "alice" };
    const base = { rollout: "prod-1", plan, serverUser, channel: "C", policy: approved, size: 3 };
    const request = { ...base, requester: "U", needed: 1, expiresAt: 9 * HOUR };
    const approval = (round: number) => ({ by: "B", serverUser: { id: "b", name: "b" }, round, hash: plan.hash });
    const again: readonly Parameters<typeof rolloutOf>[1][] = [
      { type: "rollout.requested", data: { ...request, because: null } },
      { type: "rollout.approved", data: approval(1), at: HOUR },
      { type: "rollout.started", data: { ...base, owner: "U" } },
      { type: "rollout.paused", data: { by: "drydock", kind: "version", causes: [] } },
      { type: "rollout.requested", data: { ...request, because: [] } },
    ];
    const asked = rolloutOf(plan, ...again);
    expect(waitingDue(asked, approved, 8 * HOUR)).toEqual([]);
    const renewed = rolloutOf(plan, ...again, { type: "rollout.approved", data: approval(2), at: 8 * HOUR });
    expect(waitsUntil(renewed, approved)).toBe(32 * HOUR);
  });

  test("whatever is seen: each is upgraded, dropped or still waited for, and upgraded only where it asks for it at the agreed version", () => {
    const seen = fc.record({
      id: fc.constantFrom("x", "y", "z"),
      status: fc.constantFrom(...AGENT_STATUSES),
      version: fc.constantFrom(OLD, "7", null),
    });
    fc.assert(
      fc.property(fc.array(fc.array(seen, { maxLength: 4 }), { maxLength: 8 }), (rounds) => {
        const events: RolloutEvent[] = [];
        const well = new Map<string, number>();
        const missing = new Map<string, number>();
        for (const [now, round] of rounds.entries()) {
          const fleet = new Map<string, Observation>(round.map(({ id, ...observation }) => [id, observation]));
          for (const [id, { status }] of fleet) if (!isConnected(status) || needsUpgrade(status)) well.delete(id);
          for (const [id] of fleet) well.set(id, well.get(id) ?? now);
          for (const id of ["x", "y"])
            if (fleet.has(id)) missing.delete(id);
            else missing.set(id, missing.get(id) ?? now);
          const given = { now, wellSince: well, missingSince: missing, stable: 2 };
          const found = decideReturns(rolloutOf(plan, ...events), fleet, given);
          for (const event of found)
            if (event.type === "waiting.returned")
              for (const { id, version } of event.data.agents) {
                expect(needsUpgrade(fleet.get(id)?.status ?? "gone")).toBe(true);
                expect(fleet.get(id)?.version).toBe(version);
              }
          events.push(...found);
          const rollout = rolloutOf(plan, ...events);
          const all = [...everyAgent(rollout.plan), ...rollout.guards.absent].map(({ id }) => id);
          expect(all.sort()).toEqual(["a", "x", "y"]);
        }
      }),
    );
  });
});
