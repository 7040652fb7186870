import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cause } from "../../../src/core/cause.ts";
import {
  allOpen,
  onServerFailure,
  onSuccess,
  onTime,
  openSlots,
  reasonOf,
} from "../../../src/model/server/slot-limit.ts";

const MINUTE = 60_000;

describe("how many slots are open", () => {
  test("begins with all of them; 503 takes a third away, at most once a minute, and says why", () => {
    let state = allOpen(10);
    expect([openSlots(state, 10), reasonOf(state, 10)]).toEqual([10, undefined]);
    state = onServerFailure(state, "503", 0, MINUTE);
    state = onServerFailure(state, "503", MINUTE - 1, MINUTE);
    expect([openSlots(state, 10), reasonOf(state, 10)]).toEqual([
      7,
      cause("server-failures", { failures: [["503", 2]] }),
    ]);
    state = onServerFailure(state, "no-answer", MINUTE, MINUTE);
    expect(openSlots(state, 10)).toBe(4);
    expect(reasonOf(state, 10)).toEqual(
      cause("server-failures", {
        failures: [
          ["503", 2],
          ["no-answer", 1],
        ],
      }),
    );
  });

  test("comes back slowly, by 1/limit with each success, and forgets what went wrong then", () => {
    let state = onServerFailure(allOpen(10), "503", 0, MINUTE);
    let successes = 0;
    while (openSlots(state, 10) < 10 && successes < 100) {
      state = onSuccess(state, 10);
      successes += 1;
    }
    // 1/7 + 1/7.14 + …: about (10² - 7²) / 2.
    expect(successes).toBeGreaterThanOrEqual(25);
    expect(successes).toBeLessThanOrEqual(27);
    expect(reasonOf(state, 10)).toBeUndefined();
    expect(state.failures.size).toBe(0);
  });

  test("comes back with time: when nothing failed for ten minutes, one a minute, whoever looks how often", () => {
    const failure = fc.nat(20 * MINUTE);
    const looks = fc.array(fc.nat(40 * MINUTE), { maxLength: 30 });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 10 }), fc.array(failure, { minLength: 1 }), looks, (slots, at, looked) => {
        const failures = at.sort((a, b) => a - b);
        const last = failures.at(-1) ?? 0;
        const cut = failures.reduce((state, time) => onServerFailure(state, "503", time, MINUTE), allOpen(slots));
        let state = cut;
        for (const after of [...looked, 40 * MINUTE].sort((a, b) => a - b)) {
          state = onTime(state, slots, last + after, MINUTE);
          const grown = Math.max(0, Math.floor(after / MINUTE) - 9);
          expect(state.limit).toBeCloseTo(Math.min(slots, cut.limit + grown), 6);
        }
        expect([openSlots(state, slots), reasonOf(state, slots), state.failures.size]).toEqual([slots, undefined, 0]);
      }),
    );
  });

  test("is never below 1 nor above the policy's slots, whatever happens", () => {
    const step = fc.record({ fails: fc.boolean(), wait: fc.nat(3 * MINUTE) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.array(step, { maxLength: 80 }), (slots, steps) => {
        let state = allOpen(slots);
        let now = 0;
        let cuts = 0;
        let lastCut = Number.NEGATIVE_INFINITY;
        for (const { fails, wait } of steps) {
          now += wait;
          const before = state.limit;
          state = fails ? onServerFailure(state, "500", now, MINUTE) : onSuccess(state, slots);
          const open = openSlots(state, slots);
          expect(open).toBeGreaterThanOrEqual(1);
          expect(open).toBeLessThanOrEqual(slots);
          if (state.limit < before) {
            cuts += 1;
            expect(now - lastCut).toBeGreaterThanOrEqual(MINUTE);
            lastCut = now;
          }
          if (!fails) expect(state.limit).toBeGreaterThanOrEqual(before);
        }
        if (slots > 1 && steps.some(({ fails }) => fails)) expect(cuts).toBeGreaterThan(0);
      }),
    );
  });
});
