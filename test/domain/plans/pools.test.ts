import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AgentStatus } from "../../../src/domain/agent.ts";
import { makePlan } from "../../../src/domain/plans/plan.ts";
import { type AgentPool, noRoomWords, onlyOf, roomIn, surveyPools } from "../../../src/domain/plans/pools.ts";
import { widening } from "../../../src/domain/plans/widening.ts";
import { next } from "../../../src/domain/rollouts/dispatch.ts";
import { policyWith } from "../../support/policy.ts";
import { runs } from "../../support/runs.ts";

function fleet(statuses: readonly AgentStatus[]): ReadonlyMap<string, AgentStatus> {
  return new Map(statuses.map((status, i) => [`a${i}`, status]));
}

function pool(size: number, id = "p"): AgentPool {
  return { id, name: id, agentIds: Array.from({ length: size }, (_, i) => `a${i}`) };
}

function standing(size: number, offline: number) {
  const statuses = Array.from({ length: size }, (_, i): AgentStatus => (i < offline ? "offline" : "upgrade-required"));
  const found = surveyPools([pool(size)], fleet(statuses)).get("a0")?.[0];
  if (!found) throw new Error("there is no pool");
  return found;
}

describe("how many more of a pool may go away", () => {
  test.each([
    // members, offline, upgrading and still connected, room, room with --include-last
    [1, 0, 0, 0, 1],
    [2, 0, 0, 1, 1],
    [2, 1, 0, 0, 1],
    [2, 0, 1, 0, 0],
    [3, 0, 0, 1, 1],
    [4, 0, 0, 2, 2],
    [4, 1, 0, 1, 1],
    [4, 2, 0, 0, 1],
    [4, 1, 1, 0, 0],
    [10, 0, 3, 2, 2],
    [5, 5, 0, 0, 1],
  ])("of %i, %i are offline and %i upgrading: %i more, or %i", (members, offline, upgrading, room, lastToo) => {
    const inFlight = new Set(Array.from({ length: upgrading }, (_, i) => `a${offline + i}`));
    expect(roomIn(standing(members, offline), inFlight, false)).toBe(room);
    expect(roomIn(standing(members, offline), inFlight, true)).toBe(lastToo);
  });

  test("an agent that is offline because it upgrades is away once", () => {
    expect(roomIn(standing(4, 1), new Set(["a0"]), false)).toBe(1);
  });

  test("why there is none", () => {
    expect(noRoomWords(standing(4, 2), new Set())).toBe("2 of the 4 agents of pool p are away");
    expect(noRoomWords(standing(3, 1), new Set(["a1"]))).toBe("it is the last of pool p that is online");
  });
});

test("members that the server does not list are none, and one alone in a pool is named", () => {
  const survey = surveyPools([pool(3, "blue"), pool(1, "solo")], fleet(["upgrade-required", "online"]));
  expect(survey.get("a1")?.map(({ name, members }) => [name, members.size])).toEqual([["blue", 2]]);
  expect(onlyOf(survey, "a0")).toBe("solo");
  expect(onlyOf(survey, "a1")).toBeUndefined();
});

describe("the plan", () => {
  const agent = (id: string) =>
    ({
      id,
      name: id,
      status: "upgrade-required",
      version: "6.2.7.1.1",
      active: true,
      tags: [],
      relayId: undefined,
    }) as const;
  function plan(includeLast: boolean) {
    return makePlan({
      policy: policyWith(),
      serverVersion: "7.2.0.0.1",
      options: { slots: 10, reason: null, ...(includeLast ? { includeLast } : {}) },
      agents: [agent("a0"), agent("a1")],
      claims: new Map(),
      missingRights: new Map([
        ["a0", []],
        ["a1", []],
      ]),
      ...(includeLast ? {} : { onlyOf: ({ id }) => (id === "a0" ? "solo" : undefined) }),
    });
  }

  test("leaves out who is alone in a pool, and says how to have it all the same; that is agreed to apart", () => {
    const without = plan(false);
    expect(without.agents.map(({ id }) => id)).toEqual(["a1"]);
    expect(without.excluded).toMatchObject([
      { reason: "last of its pool", sentence: expect.stringContaining("--include-last") },
    ]);
    const all = plan(true);
    expect(all.agents).toHaveLength(2);
    const same = { ...all, options: { slots: 10, reason: null } };
    expect(widening(same, all)).toBeDefined();
    expect(widening(all, all)).toBeUndefined();
    expect(all.hash).not.toBe(without.hash);
  });
});

test("whatever the pools and whoever drops: no pool is more than half away through us, none loses its last, and whoever can go does", () => {
  const STATUSES: readonly AgentStatus[] = [
    "upgrade-required",
    "upgrade-required",
    "upgrade-required",
    "online",
    "offline",
    "error",
  ];
  const course = fc.record({
    statuses: fc.array(fc.constantFrom(...STATUSES), { minLength: 1, maxLength: 24 }),
    pools: fc.array(fc.uniqueArray(fc.nat(25), { maxLength: 12 }), { maxLength: 5 }),
    slots: fc.integer({ min: 1, max: 10 }),
    /** In each round: who comes back from an upgrade, and who drops by itself. */
    rounds: fc.array(fc.record({ back: fc.nat(23), drop: fc.option(fc.nat(23), { freq: 3 }) }), { maxLength: 40 }),
    lastToo: fc.boolean(),
  });
  fc.assert(
    fc.property(course, ({ statuses, pools, slots, rounds, lastToo }) => {
      const now = new Map(fleet(statuses));
      const all = pools.map((members, i) => ({ id: `p${i}`, name: `p${i}`, agentIds: members.map((n) => `a${n}`) }));
      const inFlight = new Set<string>();
      for (const { back, drop } of [...rounds, { back: 0, drop: null }]) {
        const survey = surveyPools(all, now);
        const gone = (members: ReadonlySet<string>) =>
          [...members].filter((id) => inFlight.has(id) || ["offline", "error"].includes(now.get(id) ?? "")).length;
        const standings = [...new Set([...survey.values()].flat())];
        const before = standings.map(({ members }) => gone(members));
        const waiting = [...now].flatMap(([id, status]) =>
          status === "upgrade-required" && !inFlight.has(id) ? [id] : [],
        );
        const spread = {
          groupsOf: (id: string) => (survey.get(id) ?? []).map(({ id: group }) => group),
          roomOf: (group: string) => {
            const found = standings.find(({ id }) => id === group);
            return found ? roomIn(found, inFlight, lastToo) : Number.POSITIVE_INFINITY;
          },
        };
        const ids = next({
          slotLimit: slots,
          occupied: inFlight.size,
          queues: [{ rollout: "r", slots, inFlight: inFlight.size, waiting }],
          spread,
        });
        for (const id of ids) inFlight.add(id);
        standings.forEach(({ members }, i) => {
          const after = gone(members);
          if (after === before[i]) return;
          const upgrading = [...members].filter((id) => inFlight.has(id)).length;
          // One at a time goes in any case, where somebody wanted that.
          if (lastToo && upgrading === 1) return;
          expect(after).toBeLessThanOrEqual(Math.max(1, Math.floor(members.size / 2)));
          expect(members.size - after).toBeGreaterThanOrEqual(1);
        });
        const fits = (id: string) =>
          spread.groupsOf(id).every((group) => {
            const taken = ids.filter((chosen) => spread.groupsOf(chosen).includes(group)).length;
            const found = standings.find((one) => one.id === group);
            return found
              ? taken < roomIn(found, new Set([...inFlight].filter((one) => !ids.includes(one))), lastToo)
              : true;
          });
        if (inFlight.size < slots) expect(waiting.filter((id) => !ids.includes(id)).filter(fits)).toEqual([]);
        const returned = [...inFlight][back % Math.max(1, inFlight.size)];
        if (returned !== undefined) {
          inFlight.delete(returned);
          now.set(returned, "online");
        }
        const dropped = drop === null ? undefined : `a${drop}`;
        if (dropped !== undefined && now.has(dropped) && !inFlight.has(dropped)) now.set(dropped, "offline");
      }
    }),
    { numRuns: runs(500, 5_000) },
  );
});
