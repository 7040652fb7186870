import { describe, expect, test } from "vitest";
import type { StoredEvent } from "../../../src/model/events.ts";
import { evolveClaims, NO_CLAIMS } from "../../../src/model/server/claims.ts";
import { decideFreeze, freezeDue, inForce } from "../../../src/model/server/freeze.ts";
import type { ServerEvent } from "../../../src/model/server/server-events.ts";

const ALICE = { person: "U0ALICE", user: { id: "u-alice", name: "alice" } };
/** Another Slack account of the same user of the server. */
const ELSE = { ...ALICE, person: "U0ELSE" };
const BOB = { person: "U0BOB", user: { id: "u-bob", name: "bob" } };

function folded(...events: readonly ServerEvent[]) {
  return events.reduce(
    (state, event, i) =>
      evolveClaims(state, {
        ...event,
        id: `${i}`,
        v: 1,
        at: i,
        actor: "x",
        stream: "server.prod",
        seq: i + 1,
        position: i + 1,
      } as StoredEvent),
    NO_CLAIMS,
  ).freeze;
}

const frozen = (until: number | null, by = ALICE): ServerEvent => ({
  type: "server.frozen",
  data: { by: by.person, serverUser: by.user, reason: "storage", until },
});

describe("a freeze", () => {
  test("holds until its time, or until somebody ends it; then the tick writes that down once", () => {
    const freeze = folded(frozen(1_000));
    expect(inForce(freeze, 999)).toBe(freeze);
    expect(inForce(freeze, 1_000)).toBeUndefined();
    expect(freezeDue(freeze, 999)).toEqual([]);
    expect(freezeDue(freeze, 1_000)).toEqual([{ type: "server.unfrozen", data: { by: "drydock" } }]);
    const over = folded(frozen(1_000), { type: "server.unfrozen", data: { by: "U0BOB" } });
    expect(inForce(over, 5)).toBeUndefined();
    expect(freezeDue(over, 2_000)).toEqual([]);
    expect(inForce(folded(frozen(null)), Number.MAX_SAFE_INTEGER)).toBeDefined();
  });

  test("is changed by whoever made it, from whichever of their accounts, and by nobody else", () => {
    const freeze = folded(frozen(1_000));
    const given = { reason: "longer", until: 9_000, now: 5 };
    expect(decideFreeze(freeze, { ...given, by: ELSE })).toMatchObject({ event: { data: { until: 9_000 } } });
    expect(decideFreeze(freeze, { ...given, by: BOB })).toEqual({ taken: freeze });
    expect(decideFreeze(freeze, { ...given, by: BOB, now: 1_000 })).toMatchObject({ event: { data: { by: "U0BOB" } } });
    expect(folded(frozen(1_000), frozen(9_000, BOB))).toMatchObject({ n: 2, by: BOB, until: 9_000 });
  });
});
