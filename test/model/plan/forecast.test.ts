import fc from "fast-check";
import { expect, test } from "vitest";
import { createLearned, forecastBehindRelays, rolloutForecast } from "../../../src/model/plan/forecast.ts";

const MINUTE = 60_000;

test("an agent without a history is expected to take what others behind its relay, or at its version, took", () => {
  const learned = createLearned();
  learned.add("prod", { id: "a", relay: "r1", version: "6" }, 4 * MINUTE);
  learned.add("prod", { id: "b", relay: "r1", version: "7" }, 2 * MINUTE);
  learned.add("prod", { id: "c", version: "7" }, MINUTE);
  const ms = (agent: { readonly relay?: string; readonly version?: string }) =>
    learned.expect("prod", { id: "new", ...agent }).ms / MINUTE;
  expect(ms({ relay: "r1", version: "6" })).toBe(4);
  expect(ms({ relay: "r1", version: "7" })).toBe(2);
  expect(ms({ relay: "r2", version: "6" })).toBe(4);
  expect(ms({ version: "5" })).toBe(2);
  expect(learned.expect("other", { id: "a", relay: "r1", version: "6" }).learned).toBe(false);
});

test("what was learned before and what is learned since count alike", () => {
  const duration = fc.integer({ min: 1, max: 1_000 });
  const agent = fc.record({ id: fc.constantFrom("a", "b"), relay: fc.constantFrom("r1", "r2", undefined) });
  fc.assert(
    fc.property(fc.array(fc.tuple(agent, duration), { minLength: 1, maxLength: 60 }), (upgrades) => {
      const learned = createLearned();
      for (const [known, ms] of upgrades) {
        learned.add("prod", known, ms);
        const begunAnew = createLearned(learned.durations);
        for (const id of ["a", "new"])
          expect(learned.expect("prod", { id, relay: "r1" })).toEqual(begunAnew.expect("prod", { id, relay: "r1" }));
      }
    }),
  );
});

test("agents behind one relay take as long as so few of them at once do", () => {
  const agents = (n: number, relay?: string) => Array.from({ length: n }, () => ({ ms: 3 * MINUTE, relay }));
  const capacity = { slots: 10, perRelay: 3 };
  expect(forecastBehindRelays(agents(60, "r1"), capacity)).toBe(60 * MINUTE);
  expect(forecastBehindRelays(agents(60), capacity)).toBe(18 * MINUTE);
  expect(forecastBehindRelays([...agents(6, "r1"), ...agents(54)], capacity)).toBe(18 * MINUTE);
  expect(rolloutForecast(agents(60, "r1"), { ...capacity, canaries: 3, stable: 2 * MINUTE })).toBe(62 * MINUTE);
});
