import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLearned, forecast, GUESSED_DURATION, lowerBound } from "../../../src/model/plan/forecast.ts";
import { orderAgents, spread } from "../../../src/model/plan/order.ts";

const MINUTE = 60_000;

function agent(name: string, relayId = "r", status: "upgrade-required" | "upgrade-recommended" = "upgrade-required") {
  return { id: name, name, status, relayId, tags: undefined };
}

describe("the order in which agents go", () => {
  test("required before recommended, then the longest expected, then mixed over relays", () => {
    const agents = [
      agent("rec", "a", "upgrade-recommended"),
      agent("a1", "a"),
      agent("a2", "a"),
      agent("b1", "b"),
      agent("b2", "b"),
      agent("slow", "a"),
    ];
    const expected = ({ name }: { name: string }) => (name === "slow" ? 20 * MINUTE : 3 * MINUTE);
    expect(orderAgents(agents, expected).map(({ name }) => name)).toEqual(["slow", "a1", "b1", "a2", "b2", "rec"]);
  });

  test("loses and adds nobody, and keeps to the ranks, whatever the fleet", () => {
    const fleet = fc.array(
      fc.record({
        id: fc.uuid(),
        name: fc.string({ maxLength: 5 }),
        status: fc.constantFrom("upgrade-required" as const, "upgrade-recommended" as const),
        relayId: fc.constantFrom("a", "b", "c"),
        tags: fc.constantFrom(undefined, ["x"], ["y"]),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(fleet, (agents) => {
        const ordered = orderAgents(agents);
        expect(ordered.map(({ id }) => id).sort()).toEqual(agents.map(({ id }) => id).sort());
        const statuses = ordered.map(({ status }) => status);
        expect(statuses.lastIndexOf("upgrade-required")).toBeLessThan(
          statuses.includes("upgrade-recommended") ? statuses.indexOf("upgrade-recommended") : statuses.length,
        );
      }),
    );
  });

  test("in any first part of the spread no group has more than its share and one", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 80 }), (items) => {
        const mixed = spread(items, (item) => item);
        for (const group of new Set(items)) {
          const share = items.filter((item) => item === group).length / items.length;
          mixed.forEach((_, i) => {
            const so = mixed.slice(0, i + 1).filter((item) => item === group).length;
            expect(so).toBeLessThanOrEqual(share * (i + 1) + new Set(items).size);
          });
        }
      }),
    );
  });
});

describe("what is learned", () => {
  test("the agent's own median, else its relay's, else its server's, else the guess", () => {
    const learned = createLearned();
    expect(learned.expect("prod", { id: "x" })).toEqual({ ms: GUESSED_DURATION, learned: false });
    for (const minutes of [2, 9, 4]) learned.add("prod", { id: "x", relay: "r" }, minutes * MINUTE);
    learned.add("prod", { id: "y", relay: "s" }, 30 * MINUTE);
    expect(learned.expect("prod", { id: "x", relay: "r" }).ms).toBe(4 * MINUTE);
    expect(learned.expect("prod", { id: "new", relay: "s" }).ms).toBe(30 * MINUTE);
    expect(learned.expect("prod", { id: "new", relay: "t" })).toEqual({ ms: 9 * MINUTE, learned: true });
    expect(learned.expect("stage", { id: "x" }).learned).toBe(false);
  });
});

describe("the forecast", () => {
  test("is never below the floor, and never above one after the other", () => {
    const durations = fc.array(fc.integer({ min: 1, max: 10_000 }), { maxLength: 60 });
    fc.assert(
      fc.property(durations, fc.integer({ min: 1, max: 10 }), (lengths, slots) => {
        const sum = lengths.reduce((total, ms) => total + ms, 0);
        expect(forecast(lengths, slots)).toBeGreaterThanOrEqual(lowerBound(lengths, slots));
        expect(forecast(lengths, slots)).toBeLessThanOrEqual(sum);
      }),
    );
  });

  test("is that of a rolling queue", () => {
    expect(forecast([5, 5, 4, 3, 3], 2)).toBe(11);
    expect(forecast([], 3)).toBe(0);
  });
});
