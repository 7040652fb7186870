import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideDueRollout } from "../../src/features/rollout/decide-due-rollouts.ts";
import { tripOf } from "../../src/gates/breaker.ts";
import { type BreakerPolicy, DEFAULT_GATES, type FailureLimit } from "../../src/model/policy.ts";
import { diagnose } from "../../src/model/upgrade/diagnosis.ts";
import { isBlameless, isFailure, OUTCOMES } from "../../src/model/upgrade/outcome.ts";
import type { Upgrade } from "../../src/model/upgrade/upgrade.ts";
import { plainCause } from "../../src/phrases/cause-text.ts";
import { policyWith } from "../support/policy.ts";
import { runs } from "../support/runs.ts";
import { today } from "../support/today.ts";
import { attemptOf, courseWith, plannedAgent, planOf, rolloutOf } from "../support/upgrades.ts";

const limit: fc.Arbitrary<FailureLimit> = fc.record({
  count: fc.option(fc.integer({ min: 1, max: 6 })),
  share: fc.option(fc.integer({ min: 1, max: 100 })),
  of: fc.integer({ min: 1, max: 8 }),
});
const limits: fc.Arbitrary<BreakerPolicy> = fc.record({ total: limit, cause: limit, relay: limit });
const attempts: fc.Arbitrary<readonly Upgrade[]> = fc
  .array(
    fc.record({
      kind: fc.option(fc.constantFrom(...OUTCOMES), { nil: undefined }),
      relay: fc.constantFrom("r1", "r2", undefined),
      position: fc.nat(4),
    }),
    { maxLength: 15 },
  )
  .map((all) =>
    all.map(({ kind, relay, position }, i) =>
      attemptOf({ id: `a${i}`, ...(relay ? { relay } : {}) }, kind, {
        outcome: kind && { kind, detail: null, at: 0, position },
      }),
    ),
  );

const never = () => false;

/** The rule as it is written down, counted with nothing but loops over one group. */
function over({ count, share, of }: FailureLimit, failed: number, finished: number): boolean {
  if (failed === 0) return false;
  return (count !== null && failed >= count) || (share !== null && finished >= of && failed / finished >= share / 100);
}

describe("the circuit breaker", () => {
  test("opens exactly where a limit is reached in all, for a cause or behind a relay, by what has finished since the count began", () => {
    fc.assert(
      fc.property(limits, attempts, fc.nat(4), (given, upgrades, countFrom) => {
        const since = upgrades.filter(
          ({ outcome }) =>
            outcome !== undefined &&
            outcome.kind !== "skipped" &&
            !isBlameless(outcome.kind) &&
            outcome.position > countFrom,
        );
        const bad = since.filter(({ outcome }) => outcome && isFailure(outcome.kind));
        const causes = OUTCOMES.map((kind) => diagnose(kind, null));
        const wanted =
          over(given.total, bad.length, since.length) ||
          causes.some((cause) =>
            over(
              given.cause,
              bad.filter(({ outcome }) => outcome && diagnose(outcome.kind, null) === cause).length,
              since.length,
            ),
          ) ||
          ["r1", "r2"].some((relay) =>
            over(
              given.relay,
              bad.filter(({ agent }) => agent.relay === relay).length,
              since.filter(({ agent }) => agent.relay === relay).length,
            ),
          );
        expect(tripOf({ limits: given, upgrades, countFrom, retried: never }) !== undefined).toBe(wanted);
      }),
      { numRuns: runs(4_000, 40_000) },
    );
  });

  test("one more success never opens it by count, one more failure never closes it", () => {
    fc.assert(
      fc.property(limits, attempts, (given, upgrades) => {
        // Another cause's failure makes the share of this one smaller.
        const limits = { ...given, cause: { ...given.cause, share: null } };
        const trip = (some: readonly Upgrade[]) =>
          tripOf({ limits, upgrades: some, countFrom: -1, retried: never }) !== undefined;
        if (trip(upgrades)) expect(trip([...upgrades, attemptOf({ id: "z" }, "stuck")])).toBe(true);
        const counts = {
          total: { ...given.total, share: null },
          cause: { ...given.cause, share: null },
          relay: { ...given.relay, share: null },
        };
        const byCount = (some: readonly Upgrade[]) =>
          tripOf({ limits: counts, upgrades: some, countFrom: -1, retried: never }) !== undefined;
        if (!byCount(upgrades)) expect(byCount([...upgrades, attemptOf({ id: "z" }, "verified")])).toBe(false);
      }),
    );
  });

  test("tells the narrowest reason, without names of agents", () => {
    const five = Array.from({ length: 5 }, (_, i) => attemptOf({ id: `a${i}`, relay: "r1" }, "never-back"));
    const say = (upgrades: readonly Upgrade[]) =>
      plainCause(tripOf({ limits: DEFAULT_GATES.breaker, upgrades, countFrom: 0, retried: never }) ?? null);
    expect(say(five.slice(0, 2))).toBe("");
    expect(say(five.slice(0, 3))).toBe("3 agents behind the relay r1 failed (limit 3).");
    expect(say(five)).toBe(
      "5 agents failed for the same reason (limit 5): went offline and did not come back in time.",
    );
    const mixed = [...OUTCOMES.filter((kind) => isFailure(kind)).slice(0, 4), ...Array(8).fill("verified")];
    const upgrades = mixed.map((kind, i) => attemptOf({ id: `b${i}` }, kind));
    expect(say(upgrades)).toBe("4 of 12 agents failed (limit 20%).");
  });

  test("does not count what is tried again anyway", () => {
    const upgrades = Array.from({ length: 5 }, (_, i) => attemptOf({ id: `a${i}` }, "unknown"));
    expect(tripOf({ limits: DEFAULT_GATES.breaker, upgrades, countFrom: 0, retried: () => true })).toBeUndefined();
  });
});

test("a rollout in which nothing is left to begin is not stopped, nor one that does not run", () => {
  const agents = ["a", "b", "c", "d", "e"].map((id) => plannedAgent(id));
  const upgrades = agents.map((agent) => attemptOf(agent, "back-old"));
  const rollout = rolloutOf(planOf(agents));
  const events = (left: boolean, of = rollout) =>
    decideDueRollout(of, today(policyWith(), 10), courseWith(upgrades, left));
  expect(events(true).map(({ type }) => type)).toEqual(["rollout.paused"]);
  expect(events(false)).toEqual([]);
  expect(events(true, rolloutOf(rollout.plan, { type: "rollout.stopped", data: { by: "U" } }))).toEqual([]);
});
