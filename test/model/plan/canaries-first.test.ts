import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideDueRollout } from "../../../src/features/rollout/decide-due-rollouts.ts";
import { canariesFirst } from "../../../src/model/plan/canaries-first.ts";
import { canariesOf } from "../../../src/model/rollout/canaries.ts";
import type { Outcome } from "../../../src/model/upgrade/outcome.ts";
import type { Upgrade } from "../../../src/model/upgrade/upgrade.ts";
import { policyWith } from "../../support/policy.ts";
import { today } from "../../support/today.ts";
import { attemptOf, courseWith, plannedAgent, planOf, rolloutOf } from "../../support/upgrades.ts";

const fleet = fc
  .array(fc.record({ relay: fc.constantFrom("r1", "r2", "r3"), version: fc.constantFrom("6.1", "6.2", "7.0") }), {
    minLength: 1,
    maxLength: 40,
  })
  .map((agents) => agents.map((agent, i) => plannedAgent(`a${i}`, agent)));

describe("which agents are canaries", () => {
  test("the same agents in another order; what is no canary keeps its order", () => {
    fc.assert(
      fc.property(fleet, fc.nat(45), (agents, n) => {
        const ordered = canariesFirst(agents, n);
        const ids = (some: typeof agents) => some.map(({ id }) => id).sort();
        expect(ids([...ordered])).toEqual(ids(agents));
        const rest = ordered.slice(n);
        expect(rest).toEqual(agents.filter((agent) => rest.includes(agent)));
      }),
    );
  });

  test("one of every group of relay and version before a second of any, and of every relay and version that fits", () => {
    fc.assert(
      fc.property(fleet, fc.integer({ min: 1, max: 12 }), (agents, n) => {
        const canaries = canariesFirst(agents, n).slice(0, n);
        const different = (key: (agent: (typeof agents)[number]) => unknown, of: typeof agents) =>
          new Set(of.map(key)).size;
        const group = ({ relay, version }: (typeof agents)[number]) => `${relay} ${version}`;
        const most = Math.min(n, agents.length);
        expect(different(group, canaries)).toBe(Math.min(most, different(group, agents)));
      }),
    );
  });

  test("two of four groups are chosen so that they share neither relay nor version, the larger ones first", () => {
    const agents = ["r1 7", "r1 6", "r2 6", "r1 6", "r2 7", "r2 6", "r1 6"].map((place, i) => {
      const [relay = "", version = ""] = place.split(" ");
      return plannedAgent(`a${i}`, { relay, version });
    });
    expect(canariesFirst(agents, 2).map(({ id }) => id)).toEqual(["a1", "a4", "a0", "a2", "a3", "a5", "a6"]);
  });
});

test("a group of an urgent version comes before any other, whatever their relays and sizes", () => {
  fc.assert(
    fc.property(fleet, fc.integer({ min: 1, max: 12 }), (agents, n) => {
      const urgent = (version: string | null) => version === "6.1";
      const group = ({ relay, version }: (typeof agents)[number]) => `${relay} ${version}`;
      const wanted = new Set(agents.filter(({ version }) => urgent(version)).map(group)).size;
      const canaries = canariesFirst(agents, n, urgent).slice(0, n);
      if (n >= agents.length) return;
      const first = canaries.slice(0, wanted);
      expect(first.every(({ version }) => urgent(version))).toBe(true);
      expect(new Set(first.map(group)).size).toBe(first.length);
    }),
  );
});

const AGENTS = ["a", "b", "c", "d"].map((id) => plannedAgent(id));
const plan = planOf(AGENTS, { canary: 2 });

function course(upgrades: readonly Upgrade[], rollout = rolloutOf(plan), policy = policyWith()) {
  return decideDueRollout(rollout, today(policy, 10), courseWith(upgrades)).map(({ type, data }) =>
    "kind" in data ? `${type} ${data.kind}` : type,
  );
}

const outcomes = (said: Readonly<Record<string, Outcome | "asked" | "unproven">>) =>
  Object.entries(said).map(([id, kind]) => {
    if (kind === "unproven") return attemptOf({ id }, "verified", { closed: false });
    return attemptOf({ id }, kind === "asked" ? undefined : kind);
  });

describe("what canaries do", () => {
  test.each([
    [{}, []],
    [{ a: "verified", b: "asked" }, []],
    [{ a: "verified", b: "unproven" }, []],
    [{ a: "verified", b: "verified" }, ["canary.passed"]],
    [{ a: "verified", b: "back-old" }, ["rollout.paused breaker"]],
    [{ a: "asked", b: "unchanged" }, ["rollout.paused breaker"]],
    [{ a: "verified", b: "skipped" }, []],
    [{ a: "verified", b: "skipped", c: "verified" }, ["canary.passed"]],
  ] as const)("%j brings %j", (said, facts) => {
    expect(course(outcomes(said))).toEqual(facts);
  });

  test("with a hold, by option or by policy, the rest waits for a person, once", () => {
    const both = outcomes({ a: "verified", b: "verified" });
    const held = rolloutOf(planOf(AGENTS, { canary: 2, hold: true }));
    expect(course(both, held)).toEqual(["canary.passed", "rollout.paused canary"]);
    expect(course(both, rolloutOf(plan), policyWith({ canaryHold: true }))).toEqual([
      "canary.passed",
      "rollout.paused canary",
    ]);
    const [passed, paused] = decideDueRollout(held, today(policyWith(), 10), courseWith(both));
    if (!passed || !paused) throw new Error("nothing was held");
    const policy = policyWith();
    const continued = {
      type: "rollout.continued",
      data: { by: "U", serverUser: { id: "u", name: "u" }, policy },
    } as const;
    expect(course(both, rolloutOf(held.plan, passed, paused, continued))).toEqual([]);
  });

  test("whoever goes on in spite of a failed canary lets the rest begin, but not before the others are stable", () => {
    const open = { type: "rollout.paused", data: { by: "drydock", kind: "breaker", causes: [] } } as const;
    const policy = policyWith();
    const go = {
      type: "rollout.continued",
      data: { by: "U", serverUser: { id: "u", name: "u" }, policy },
      at: 5,
    } as const;
    const rollout = rolloutOf(plan, open, go);
    expect(course(outcomes({ a: "back-old", b: "asked" }), rollout)).toEqual([]);
    expect(course(outcomes({ a: "back-old", b: "verified" }), rollout)).toEqual(["canary.passed"]);
    const again = [
      ...outcomes({ b: "verified" }),
      attemptOf({ id: "a" }, "back-old", {
        attempt: 2,
        outcome: { kind: "back-old", detail: null, at: 0, position: 9 },
      }),
    ];
    expect(course(again, rollout)).toEqual(["rollout.paused breaker"]);
  });

  test.each(["skipped", "elsewhere"] as const)("one that is %s is replaced by the next of the plan", (outcome) => {
    const newest = new Map(outcomes({ a: outcome, b: outcome }).map((upgrade) => [upgrade.agent.id, upgrade]));
    expect(canariesOf(rolloutOf(plan), (id) => newest.get(id)).map(({ id }) => id)).toEqual(["c", "d"]);
  });
});
