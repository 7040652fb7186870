import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AgentStatus, isConnected, needsUpgrade } from "../../../src/core/agent.ts";
import type { StoredEvent } from "../../../src/model/events.ts";
import {
  decideElsewhere,
  evolveElsewhere,
  type FleetReading,
  NO_EXTERNAL_UPGRADES,
} from "../../../src/model/server/external-upgrades.ts";
import { runs } from "../../support/runs.ts";

const MAX_LENGTH = 30 * 60_000;
const NAMES = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n"];

/** Reads a fleet again and again, as the watch does, and folds what is decided. */
function fleet() {
  let state = NO_EXTERNAL_UPGRADES;
  let before = new Map<string, AgentStatus>();
  let position = 0;
  let missed = new Set<string>();
  return {
    get state() {
      return state;
    },
    read(statuses: Readonly<Record<string, AgentStatus>>, at: number, given: Partial<FleetReading> = {}) {
      const agents = Object.entries(statuses).map(([id, status]) => ({ id, name: id, status, relayId: "r1" }));
      const reading = { at, agents, missed, ours: new Set<string>(), relaysDown: new Set<string>(), gap: false };
      this.apply(decideElsewhere(state, before, { ...reading, ...given }, MAX_LENGTH), at);
      before = new Map(agents.map(({ id, status }) => [id, status]));
      if (agents.length > 0) missed = new Set(NAMES.filter((id) => !before.has(id)));
    },
    /** What is known of before is what a plan has, and not what was read last. */
    restart(planned: Readonly<Record<string, AgentStatus>>) {
      before = new Map(Object.entries(planned));
    },
    apply(facts: readonly object[], at: number) {
      for (const fact of facts) {
        position += 1;
        state = evolveElsewhere(state, { ...fact, id: `${position}`, at, position } as unknown as StoredEvent);
      }
    },
  };
}

function all(status: AgentStatus): Record<string, AgentStatus> {
  return Object.fromEntries(NAMES.map((name) => [name, status]));
}

describe("upgrades that somebody else started", () => {
  test("an agent that wanted one and is offline now, none of ours, until it is back", () => {
    const seen = fleet();
    seen.read({ a: "upgrade-required", b: "upgrade-recommended", c: "online", d: "upgrade-required" }, 0);
    seen.read({ a: "offline", b: "offline", c: "offline", d: "upgrade-required" }, 1, { ours: new Set(["b"]) });
    expect([...seen.state.upgrading.keys()]).toEqual(["a"]);
    seen.read({ a: "connecting", b: "online", c: "online", d: "upgrade-required" }, 2);
    expect(seen.state.upgrading.size).toBe(1);
    seen.read({ a: "online", b: "online", c: "online", d: "upgrade-required" }, 3);
    expect(seen.state.upgrading.size).toBe(0);
  });

  test.each([
    ["it is away for longer than any upgrade", { a: "offline" } as const, MAX_LENGTH + 1],
    ["the server lists nobody any more, for longer than any upgrade", {} as const, MAX_LENGTH + 1],
    ["one list without it comes later than any upgrade lasts", { b: "online" } as const, MAX_LENGTH + 1],
  ])("counts no more when %s", (_what, statuses, at) => {
    const seen = fleet();
    seen.read({ a: "upgrade-required" }, 0);
    seen.read({ a: "offline" }, 1);
    expect(seen.state.upgrading.size).toBe(1);
    seen.read(statuses, at);
    expect(seen.state.upgrading.size).toBe(0);
  });

  test("counts on if one list lacks it, which may be short, and no more if two in a row do", () => {
    const seen = fleet();
    seen.read({ a: "upgrade-required", b: "online" }, 0);
    seen.read({ a: "offline", b: "online" }, 1);
    const counts = [{ b: "online" }, {}, { a: "offline" }, { b: "online" }, { b: "online" }] as const;
    const after = counts.map((statuses, at) => {
      seen.read(statuses, at + 2);
      return seen.state.upgrading.size;
    });
    expect(after).toEqual([1, 1, 1, 1, 0]);
  });

  test.each([
    ["the server was not looked at in between", "gap", { gap: true }],
    ["their relay is down", "relay", { relaysDown: new Set(["r1"]) }],
  ] as const)("cannot be told where %s: that is a doubt, which ends when they are back", (_what, kind, given) => {
    const seen = fleet();
    seen.read({ a: "upgrade-required", b: "online" }, 0);
    seen.read({ a: "offline", b: "offline" }, 1, given);
    expect(seen.state.upgrading.size).toBe(0);
    expect(seen.state.ambiguous).toMatchObject({ kind, since: 1 });
    expect([...(seen.state.ambiguous?.agents.keys() ?? [])]).toEqual(["a"]);
    seen.read({ a: "upgrade-required", b: "online" }, 2);
    expect(seen.state.ambiguous).toBeUndefined();
    expect(seen.state.settled).toEqual([{ since: 1, by: "drydock" }]);
  });

  test("cannot be told of more than ten that drop at once", () => {
    const seen = fleet();
    seen.read(all("upgrade-required"), 0);
    seen.read(all("offline"), 1);
    expect(seen.state.ambiguous).toMatchObject({ kind: "many" });
    expect(seen.state.ambiguous?.agents.size).toBe(NAMES.length);
  });

  test("a person ends a doubt: the same agents raise none again, and one that drops later does", () => {
    const seen = fleet();
    seen.read({ a: "upgrade-required", b: "upgrade-required" }, 0);
    seen.read({ a: "offline", b: "upgrade-required" }, 1, { gap: true });
    seen.apply([{ type: "elsewhere.dismissed", data: { by: "U0ALICE" } }], 2);
    expect([seen.state.ambiguous, seen.state.settled]).toEqual([undefined, [{ since: 1, by: "U0ALICE" }]]);
    seen.read({ a: "offline", b: "offline" }, 3, { gap: true });
    expect([...(seen.state.ambiguous?.agents.keys() ?? [])]).toEqual(["b"]);
  });

  test("counts on where the server lists nobody: no fleet is gone at once", () => {
    const seen = fleet();
    seen.read({ a: "upgrade-required" }, 0);
    seen.read({ a: "offline" }, 1);
    seen.read({}, 2);
    expect([...seen.state.upgrading.keys()]).toEqual(["a"]);
  });

  test.each([
    ["was let go by time", MAX_LENGTH + 1, []],
    ["was dismissed", 2, [{ type: "elsewhere.dismissed", data: { by: "U0ALICE" } }]],
  ])("what %s raises no doubt for hours, before it was seen connected again", (_what, at, facts) => {
    const seen = fleet();
    seen.read({ a: "upgrade-required" }, 0);
    seen.read({ a: "offline" }, 1, { gap: facts.length > 0 });
    seen.apply(facts, at);
    seen.read({ a: "offline" }, at + MAX_LENGTH);
    seen.restart({ a: "upgrade-required" });
    seen.read({ a: "offline" }, 5 * MAX_LENGTH, { gap: true });
    expect([seen.state.ambiguous, seen.state.upgrading.size]).toEqual([undefined, 0]);
    seen.restart({ a: "upgrade-required" });
    seen.read({ a: "offline" }, 6 * MAX_LENGTH, { wereBack: new Set(["a"]) });
    expect([...seen.state.upgrading.keys(), ...seen.state.acknowledged.keys()]).toEqual(["a"]);
    seen.read({ a: "upgrade-required" }, 6 * MAX_LENGTH + 1);
    seen.read({ a: "offline" }, 6 * MAX_LENGTH + 2, { gap: true });
    expect([...(seen.state.ambiguous?.agents.keys() ?? [])]).toEqual(["a"]);
  });

  test("over any readings: what counts wanted an upgrade, has not been seen since, and never for too long", () => {
    const status = fc.constantFrom<AgentStatus>("online", "offline", "upgrade-required", "connecting", "gone");
    const reading = fc.record({
      statuses: fc.tuple(...NAMES.map(() => status)),
      wait: fc.integer({ min: 1, max: MAX_LENGTH / 3 }),
      gap: fc.boolean(),
      down: fc.boolean(),
      ours: fc.subarray(NAMES),
    });
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 15 }), (readings) => {
        const seen = fleet();
        let now = 0;
        let last = new Map<string, AgentStatus>();
        const since = new Map<string, number>();
        for (const { statuses, wait, gap, down, ours } of readings) {
          now += wait;
          const read = Object.fromEntries(NAMES.map((name, i) => [name, statuses[i] ?? "online"]));
          const known = new Set([...seen.state.upgrading.keys(), ...(seen.state.ambiguous?.agents.keys() ?? [])]);
          seen.read(read, now, { gap, relaysDown: new Set(down ? ["r1"] : []), ours: new Set(ours) });
          const { upgrading, ambiguous } = seen.state;
          const fresh = [...upgrading.keys()].filter((id) => !known.has(id));
          if (gap || down) expect(fresh).toEqual([]);
          for (const id of [...upgrading.keys(), ...(ambiguous?.agents.keys() ?? [])]) {
            const status = read[id] ?? "gone";
            expect(isConnected(status) || status === "gone").toBe(false);
            if (!known.has(id)) {
              expect([needsUpgrade(last.get(id) ?? "unknown"), status, ours.includes(id)]).toEqual([
                true,
                "offline",
                false,
              ]);
              since.set(id, now);
            }
            expect(now - (since.get(id) ?? 0)).toBeLessThan(MAX_LENGTH);
          }
          // Nothing that should count is forgotten.
          const dropped = NAMES.filter((id) => read[id] === "offline" && isConnected(last.get(id) ?? "unknown"));
          for (const id of dropped)
            if (needsUpgrade(last.get(id) ?? "unknown") && !ours.includes(id))
              expect(upgrading.has(id) || (ambiguous?.agents.has(id) ?? false)).toBe(true);
          last = new Map(Object.entries(read));
        }
      }),
      { numRuns: runs(300, 5_000) },
    );
  });
});
