import fc from "fast-check";
import { expect, test } from "vitest";
import { next, type Queue } from "../../../src/model/rollout/dispatch.ts";

const queue = fc.record({ slots: fc.integer({ min: 1, max: 10 }), inFlight: fc.nat(10), waiting: fc.nat(15) });
const state = fc
  .record({ slotLimit: fc.nat(10), occupied: fc.nat(12), queues: fc.array(queue, { maxLength: 5 }) })
  .map(({ queues, ...rest }) => ({
    ...rest,
    queues: queues.map(
      (each, i): Queue => ({
        rollout: `r${i}`,
        slots: each.slots,
        inFlight: each.inFlight,
        waiting: Array.from({ length: each.waiting }, (_, n) => `r${i}.${n}`),
      }),
    ),
  }));

test("never hands out more than there are free slots, on the server and in each rollout, and leaves none free that could be used", () => {
  fc.assert(
    fc.property(state, ({ slotLimit, occupied, queues }) => {
      const ids = next({ slotLimit, occupied, queues });
      expect(ids.length).toBeLessThanOrEqual(Math.max(0, slotLimit - occupied));
      expect(new Set(ids).size).toBe(ids.length);
      const taken = (rollout: string) => ids.filter((id) => id.startsWith(`${rollout}.`));
      for (const { rollout, slots, inFlight, waiting } of queues) {
        expect(taken(rollout)).toEqual(waiting.slice(0, taken(rollout).length));
        if (taken(rollout).length > 0) expect(inFlight + taken(rollout).length).toBeLessThanOrEqual(slots);
      }
      const more = queues.some(
        ({ rollout, slots, inFlight, waiting }) =>
          taken(rollout).length < waiting.length && inFlight + taken(rollout).length < slots,
      );
      if (more) expect(occupied + ids.length).toBeGreaterThanOrEqual(slotLimit);
    }),
  );
});

test("rollouts take turns: free slots go to the one with the fewest in flight", () => {
  const waiting = (rollout: string) => Array.from({ length: 10 }, (_, n) => `${rollout}.${n}`);
  const queues = [
    { rollout: "a", slots: 10, inFlight: 4, waiting: waiting("a") },
    { rollout: "b", slots: 10, inFlight: 0, waiting: waiting("b") },
  ];
  expect(next({ slotLimit: 10, occupied: 4, queues })).toEqual(["b.0", "b.1", "b.2", "b.3", "a.0", "b.4"]);
});

test("no more begin behind a relay than it has room for, and others of the rollout go before them", () => {
  const relays = fc.array(fc.constantFrom("r1", "r2", "r3", undefined), { maxLength: 25 });
  fc.assert(
    fc.property(
      relays,
      fc.nat(10),
      fc.record({ r1: fc.nat(3), r2: fc.nat(3), r3: fc.nat(3) }),
      (agents, free, room) => {
        const waiting = agents.map((relay, i) => `a.${i}.${relay ?? ""}`);
        const relayOf = (id: string) => id.split(".")[2] || undefined;
        const spread = { relayOf, roomOf: (relay: string) => room[relay as keyof typeof room] };
        const queues = [{ rollout: "a", slots: 10, inFlight: 0, waiting }];
        const ids = next({ slotLimit: 10, occupied: 10 - free, queues, spread });
        expect(ids.length).toBeLessThanOrEqual(free);
        for (const [relay, most] of Object.entries(room))
          expect(ids.filter((id) => relayOf(id) === relay).length).toBeLessThanOrEqual(most);
        const left = waiting.filter((id) => !ids.includes(id));
        const fits = (id: string) => {
          const relay = relayOf(id);
          return !relay || ids.filter((chosen) => relayOf(chosen) === relay).length < spread.roomOf(relay);
        };
        if (left.some(fits)) expect(ids.length).toBe(free);
      },
    ),
  );
});
