import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { balanceRelays } from "../../../src/model/plan/order.ts";

const CAPACITY = { slots: 10, perRelay: 3 };

interface Given {
  readonly name: string;
  readonly relayId: string | undefined;
  readonly ms: number;
}

const expected = ({ ms }: Given) => ms;
const behind = (relayId: string | undefined, count: number, ms: number) =>
  Array.from({ length: count }, (_, i): Given => ({ name: `${relayId}-${i}`, relayId, ms }));

/** When the last one is done. */
function makespan(agents: readonly Given[]): number {
  const waiting = [...agents];
  let flying: { readonly ends: number; readonly relayId: string | undefined }[] = [];
  let now = 0;
  while (waiting.length > 0 || flying.length > 0) {
    const hasRoom = ({ relayId }: Given) =>
      relayId === undefined || flying.filter((other) => other.relayId === relayId).length < CAPACITY.perRelay;
    const next = flying.length < CAPACITY.slots ? waiting.findIndex(hasRoom) : -1;
    const [agent] = next < 0 ? [] : waiting.splice(next, 1);
    if (agent) flying.push({ ends: now + agent.ms, relayId: agent.relayId });
    else {
      now = Math.min(...flying.map(({ ends }) => ends));
      flying = flying.filter(({ ends }) => ends > now);
    }
  }
  return now;
}

describe("no relay's agents are left over at the end", () => {
  test("the shortest, which the longest first would leave for the end, do not use only three of ten slots then", () => {
    const agents = [160, 150, 140, 130, 120, 110, 100, 90].flatMap((ms) => behind(`of-${ms}`, 25, ms));
    const least = agents.reduce((sum, { ms }) => sum + ms, 0) / CAPACITY.slots;
    expect(makespan(agents) / least).toBeGreaterThan(1.07);
    expect(makespan(balanceRelays(agents, expected, CAPACITY)) / least).toBeLessThan(1.02);
  });

  test("agents without a relay, and few behind each, stay in their order", () => {
    const agents = [
      ...behind(undefined, 20, 5),
      ...behind("a", 3, 4),
      ...behind("b", 3, 2),
      ...behind(undefined, 9, 1),
    ];
    expect(balanceRelays(agents, expected, CAPACITY)).toEqual(agents);
  });

  test("a server with no more slots than a relay may use stays in its order", () => {
    const agents = [...behind("a", 20, 5), ...behind("b", 20, 1)];
    expect(balanceRelays(agents, expected, { slots: 3, perRelay: 3 })).toEqual(agents);
  });

  test("loses and adds no agent, and keeps the order behind each relay", () => {
    const fleet = fc.array(
      fc.record({
        name: fc.uuid(),
        relayId: fc.constantFrom("a", "b", "c", undefined),
        ms: fc.integer({ min: 1, max: 1_000 }),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(fleet, fc.integer({ min: 1, max: 10 }), (agents, perRelay) => {
        const order = balanceRelays(agents, expected, { slots: 10, perRelay });
        expect(order.length).toBe(agents.length);
        for (const relay of ["a", "b", "c", undefined]) {
          const of = (some: readonly Given[]) => some.filter(({ relayId }) => relayId === relay);
          expect(of(order)).toEqual(of(agents));
        }
      }),
    );
  });
});
