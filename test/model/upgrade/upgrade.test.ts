import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AGENT_STATUSES, type AgentStatus } from "../../../src/core/agent.ts";
import { cause } from "../../../src/core/cause.ts";
import type { StoredEvent } from "../../../src/model/events.ts";
import { DEFAULT_DEADLINES, type Deadlines } from "../../../src/model/upgrade/deadlines.ts";
import { decideDue, decideObserved } from "../../../src/model/upgrade/decide-upgrade.ts";
import { evolveUpgrade } from "../../../src/model/upgrade/evolve-upgrade.ts";
import type { Outcome } from "../../../src/model/upgrade/outcome.ts";
import { waitFor } from "../../../src/model/upgrade/postponement.ts";
import {
  type Observation,
  parseUpgradeId,
  phaseOf,
  type Removed,
  triesAgain,
  type Upgrade,
  upgradeId,
} from "../../../src/model/upgrade/upgrade.ts";
import type { UncertainCode, UpgradeEvent } from "../../../src/model/upgrade/upgrade-events.ts";
import { runs } from "../../support/runs.ts";
import { attemptOf } from "../../support/upgrades.ts";

const MINUTE = 60_000;
const OLD = "6.2.7.1.1";
const NEW = "7.1.2.3.4";

/** Plays one upgrade through time: events at the times at which they come. */
function play(
  triggered = true,
  from: string | null = OLD,
  deadlines: Deadlines = DEFAULT_DEADLINES,
  wanted: string | null = null,
) {
  let state: Upgrade | undefined;
  let seq = 0;
  const facts: string[] = [];
  function apply(newEvent: UpgradeEvent, at: number): void {
    seq += 1;
    const closes = newEvent.type === "upgrade.closed";
    const event: StoredEvent = {
      ...newEvent,
      id: `${seq}`,
      v: 1,
      at,
      actor: "drydock",
      stream: "s",
      seq,
      position: seq,
      ...(closes ? { closes: true } : {}),
    };
    state = evolveUpgrade(state, event);
    facts.push("outcome" in newEvent.data ? `${newEvent.type} ${newEvent.data.outcome}` : newEvent.type);
  }
  function begin(at: number): void {
    const data = { rollout: "prod-1", server: "prod", agent: { id: "a", name: "web-1" }, attempt: 1, from };
    apply({ type: "upgrade.intended", data }, at);
  }
  begin(0);
  apply(
    triggered
      ? { type: "upgrade.triggered", data: { status: 200 } }
      : { type: "upgrade.uncertain", data: { text: "no answer" } },
    0,
  );
  function look(seen: Observation, at: number): void {
    if (state) for (const event of decideObserved(state, seen, at, deadlines, wanted)) apply(event, at);
  }
  return {
    apply,
    look,
    begin,
    see(status: AgentStatus, version: string | null, at: number): void {
      if (state)
        for (const event of decideObserved(state, { status, version }, at, deadlines, wanted)) apply(event, at);
    },
    wait(at: number): void {
      if (state) for (const event of decideDue(state, at, deadlines)) apply(event, at);
    },
    get state(): Upgrade {
      if (!state) throw new Error("nothing has begun");
      return state;
    },
    facts,
  };
}

describe("answers that leave it open whether the server took the request", () => {
  function answered(code: UncertainCode) {
    const given = play(false);
    given.apply({ type: "upgrade.uncertain", data: { text: "what came", code } }, 0);
    return given;
  }

  test.each([
    ["not-the-api", "not-the-api", false],
    ["answered-408", "unanswered", true],
    ["answered-409", "unanswered", true],
  ] as const)("%s: watched as if taken, then %s with what was answered; asked again: %s", (code, outcome, again) => {
    const given = answered(code);
    given.see("upgrade-required", OLD, 4.9 * MINUTE);
    expect(given.state).toMatchObject({ outcome: undefined, holdsSlot: true });
    given.see("upgrade-required", OLD, 5 * MINUTE);
    expect(given.state.outcome).toMatchObject({ kind: outcome, detail: cause("server-said", { text: "what came" }) });
    expect(triesAgain(given.state)).toBe(again);
  });

  test("what the agent then does counts as of any other", () => {
    const given = answered("not-the-api");
    given.see("offline", OLD, MINUTE);
    given.see("online", NEW, 4 * MINUTE);
    expect(given.state.outcome?.kind).toBe("verified");
  });
});

describe("an agent that is back at another version, and that the server still wants upgraded", () => {
  test.each([
    ["the version that was asked for", "7.1.2.3.9", "verified"],
    ["a newer one", "7.1.2.2.9", "verified"],
    ["an older one", "7.1.2.10.1", "still-wanted"],
    ["nobody knows which", null, "still-wanted"],
  ] as const)("at %s: %s, %s", (_what, wanted, outcome) => {
    const given = play(true, OLD, DEFAULT_DEADLINES, wanted);
    given.see("offline", OLD, MINUTE);
    given.see("upgrade-recommended", NEW, 4 * MINUTE);
    given.see("upgrade-recommended", NEW, 5.9 * MINUTE);
    expect(given.state.outcome).toBeUndefined();
    given.see("upgrade-recommended", NEW, 6 * MINUTE);
    expect(given.state).toMatchObject({
      outcome: { kind: outcome, detail: cause("at-version", { version: NEW }) },
      holdsSlot: false,
    });
  });

  test("is stable after a while, also if the server itself was upgraded meanwhile", () => {
    const given = play();
    given.see("offline", OLD, MINUTE);
    given.see("online", NEW, 4 * MINUTE);
    given.see("upgrade-recommended", NEW, 5 * MINUTE);
    given.see("upgrade-recommended", NEW, 6 * MINUTE);
    expect(given.state).toMatchObject({ closed: true, outcome: { kind: "verified" } });
  });
});

describe("an agent that the server has no more", () => {
  const gone = (removed: Removed) => {
    const given = play();
    given.see("gone", null, MINUTE);
    given.see("gone", null, 2 * MINUTE);
    expect(given.state.outcome).toBeUndefined();
    given.look({ status: "gone", version: null, removed }, 3 * MINUTE);
    return given;
  };

  test("keeps its slot, since its host may still be upgrading; it counts as upgraded if it comes back so", () => {
    const given = gone({});
    expect(given.state).toMatchObject({ outcome: { kind: "removed" }, holdsSlot: true });
    given.see("online", NEW, 9 * MINUTE);
    expect(given.state).toMatchObject({ outcome: { kind: "verified" }, holdsSlot: false });
  });

  test.each([
    ["online", false],
    ["offline", true],
  ] as const)("has a namesake that is %s: the slot is kept: %s", (status, holdsSlot) => {
    const given = gone({ namesake: { id: "b", status, version: NEW } });
    expect(given.state).toMatchObject({
      outcome: { kind: "replaced", detail: cause("namesake", { id: "b", status, version: NEW }) },
      holdsSlot,
    });
  });
});

describe("an attempt that the server has put off", () => {
  function postponed() {
    const given = play(false);
    given.apply({ type: "upgrade.postponed", data: { status: 429, text: "429", wait: 30_000 } }, 0);
    return given;
  }

  test("keeps its slot, and no deadline counts", () => {
    const given = postponed();
    given.see("upgrade-required", OLD, 600 * MINUTE);
    given.see("offline", OLD, 700 * MINUTE);
    given.wait(6_000 * MINUTE);
    expect(given.state).toMatchObject({ outcome: undefined, holdsSlot: true, postponements: 1 });
    expect(phaseOf(given.state)).toBe("put-off");
  });

  test("begins anew when it is asked again: its deadlines count from there", () => {
    const given = postponed();
    const at = 600 * MINUTE;
    given.begin(at);
    expect(given.state).toMatchObject({ attempt: 1, intendedAt: at, uncertain: false, postponements: 1 });
    expect(given.state.postponed).toBeUndefined();
    given.apply({ type: "upgrade.triggered", data: { status: 200 } }, at);
    given.see("upgrade-required", OLD, at + 4 * MINUTE);
    expect(given.state.outcome).toBeUndefined();
    given.see("upgrade-required", OLD, at + 5 * MINUTE);
    expect(given.state.outcome?.kind).toBe("never-offline");
  });

  test("waits as long as the server asks, between a second and ten minutes; else longer each time", () => {
    expect([0, 7_000, 3_600_000].map((asked) => waitFor(asked, 0))).toEqual([1_000, 7_000, 600_000]);
    expect([0, 1, 2, 9, 10_000].map((before) => waitFor(undefined, before))).toEqual([
      30_000, 60_000, 120_000, 600_000, 600_000,
    ]);
  });
});

type Step = readonly [number, AgentStatus, string | null];

/** Minutes after the trigger, and what is seen then. */
const COURSES: readonly (readonly [string, readonly Step[], string | undefined, boolean])[] = [
  [
    "offline and back at a new version",
    [
      [1, "offline", OLD],
      [4, "online", NEW],
    ],
    "verified",
    false,
  ],
  ["never seen offline, but at a new version", [[1, "online", NEW]], "verified", false],
  [
    "connected counts as online",
    [
      [1, "offline", OLD],
      [4, "connected", NEW],
    ],
    "verified",
    false,
  ],
  ["nothing for less than five minutes", [[4.9, "upgrade-required", OLD]], undefined, true],
  ["nothing for five minutes", [[5, "upgrade-required", OLD]], "never-offline", false],
  [
    "offline for less than half an hour",
    [
      [1, "offline", OLD],
      [30.9, "offline", OLD],
    ],
    undefined,
    true,
  ],
  [
    "offline for half an hour",
    [
      [1, "offline", OLD],
      [31, "offline", OLD],
    ],
    "never-back",
    true,
  ],
  [
    "gone from the server",
    [
      [1, "gone", null],
      [31, "gone", null],
    ],
    "never-back",
    true,
  ],
  [
    "back at the old version, for a moment",
    [
      [1, "offline", OLD],
      [4, "upgrade-required", OLD],
      [5.9, "upgrade-required", OLD],
    ],
    undefined,
    true,
  ],
  [
    "back at the old version",
    [
      [1, "offline", OLD],
      [4, "upgrade-required", OLD],
      [6, "upgrade-required", OLD],
    ],
    "back-old",
    false,
  ],
  [
    "back at the old version, and then at the new",
    [
      [1, "offline", OLD],
      [4, "upgrade-required", OLD],
      [5, "online", NEW],
    ],
    "verified",
    false,
  ],
  [
    "back as it was, while its upgrade may still be to come",
    [
      [1, "offline", OLD],
      [1.5, "upgrade-required", OLD],
      [4.9, "upgrade-required", OLD],
    ],
    undefined,
    true,
  ],
  [
    "back as it was, and no upgrade has come",
    [
      [1, "offline", OLD],
      [1.5, "upgrade-required", OLD],
      [5, "upgrade-required", OLD],
    ],
    "back-old",
    false,
  ],
  [
    "back as it was, and then away for its upgrade",
    [
      [1, "offline", OLD],
      [1.5, "upgrade-required", OLD],
      [4.5, "offline", OLD],
      [8, "online", NEW],
    ],
    "verified",
    false,
  ],
  [
    "back and fine at the same version, a moment after the request",
    [
      [0.5, "offline", OLD],
      [1, "online", OLD],
      [4, "online", OLD],
    ],
    undefined,
    true,
  ],
  [
    "back and fine at the same version",
    [
      [1, "offline", OLD],
      [4, "online", OLD],
      [6, "online", OLD],
    ],
    "unchanged",
    false,
  ],
  ["fine at the same version, never seen offline", [[5, "online", OLD]], "unchanged", false],
  [
    "back at another version that is still not enough",
    [
      [1, "offline", OLD],
      [4, "upgrade-recommended", NEW],
      [6, "upgrade-recommended", NEW],
    ],
    "still-wanted",
    false,
  ],
  [
    "back without a version is no proof",
    [
      [1, "offline", OLD],
      [4, "online", null],
      [6, "online", null],
    ],
    "unchanged",
    false,
  ],
  [
    "a version that is not told for a moment is no change",
    [
      [1, "upgrade-required", null],
      [3.5, "upgrade-required", null],
    ],
    undefined,
    true,
  ],
  [
    "back and still asked to upgrade, without a version",
    [
      [1, "offline", OLD],
      [4, "upgrade-required", null],
      [6, "upgrade-required", null],
    ],
    "back-old",
    false,
  ],
  [
    "coming and going for longer than anything may last",
    [
      ...Array.from({ length: 50 }, (_, i): Step => [2 * i + 1, i % 2 === 0 ? "error" : "upgrade-required", OLD]),
      [101, "error", OLD],
    ],
    "stuck",
    true,
  ],
  [
    "connecting for five minutes",
    [
      [1, "offline", OLD],
      [3, "connecting", OLD],
      [8, "connecting", OLD],
    ],
    "stuck",
    true,
  ],
  [
    "an error for five minutes",
    [
      [1, "error", OLD],
      [6, "error", OLD],
    ],
    "stuck",
    true,
  ],
  [
    "a status that nobody knows is never fine",
    [
      [1, "unknown", NEW],
      [6, "unknown", NEW],
    ],
    "stuck",
    true,
  ],
];

describe("what is seen becomes an outcome", () => {
  test.each(COURSES)("%s", (_name, steps, outcome, holdsSlot) => {
    const upgrade = play();
    for (const [minute, status, version] of steps) upgrade.see(status, version, minute * MINUTE);
    expect(upgrade.state.outcome?.kind).toBe(outcome);
    expect(upgrade.state.holdsSlot).toBe(holdsSlot);
  });

  test("where it is not known whether it was triggered, nothing for five minutes means just that, and one more attempt", () => {
    const upgrade = play(false);
    upgrade.see("upgrade-required", OLD, 5 * MINUTE);
    expect(upgrade.state.outcome?.kind).toBe("unknown");
    expect(triesAgain(upgrade.state)).toBe(true);
    expect(triesAgain({ ...upgrade.state, attempt: 2 })).toBe(false);
  });

  test.each([
    ["left it open whether the server took the request", "unknown", true, 2],
    ["never left", "unsent", false, 3],
    ["was cut off when Drydock ended", "unknown", false, 5],
  ] as const)("a request that %s gets so many attempts in all: %s, %s, %i", (_what, outcome, uncertain, attempts) => {
    const tries = [1, 2, 3, 4, 5, 6].filter((attempt) =>
      triesAgain(attemptOf({ id: "a" }, outcome, { attempt, uncertain, triggeredAt: undefined })),
    );
    expect(tries.length + 1).toBe(attempts);
  });

  test("a zombie keeps its slot until it is seen connected", () => {
    const upgrade = play();
    upgrade.see("offline", OLD, MINUTE);
    upgrade.see("offline", OLD, 31 * MINUTE);
    upgrade.wait(90 * MINUTE);
    expect(upgrade.state.holdsSlot).toBe(true);
    upgrade.see("upgrade-required", OLD, 90 * MINUTE);
    expect(upgrade.state.holdsSlot).toBe(false);
    upgrade.see("online", NEW, 95 * MINUTE);
    expect(upgrade.state.outcome?.kind).toBe("verified");
  });

  test("or until its deadline; its late success is still looked for, a day long", () => {
    const upgrade = play();
    upgrade.see("offline", OLD, MINUTE);
    upgrade.see("offline", OLD, 31 * MINUTE);
    upgrade.wait(91 * MINUTE);
    expect([upgrade.state.holdsSlot, upgrade.state.closed]).toEqual([false, false]);
    upgrade.wait(31 * MINUTE + 24 * 60 * MINUTE);
    expect(upgrade.state.closed).toBe(true);
  });

  test("its failure is kept beside a late success, until it is lost again", () => {
    const upgrade = play();
    upgrade.see("offline", OLD, MINUTE);
    upgrade.see("offline", OLD, 31 * MINUTE);
    const failure = upgrade.state.outcome;
    upgrade.see("online", NEW, 40 * MINUTE);
    expect(upgrade.state).toMatchObject({ outcome: { kind: "verified" }, recoveredFrom: failure });
    upgrade.see("upgrade-required", OLD, 41 * MINUTE);
    upgrade.see("upgrade-required", OLD, 43 * MINUTE);
    expect(upgrade.state.outcome?.kind).toBe("lost-again");
    expect(upgrade.state.recoveredFrom).toBeUndefined();
  });

  test("verified becomes stable after two minutes, and is lost again when it stays away", () => {
    const stable = play();
    stable.see("online", NEW, MINUTE);
    stable.see("online", NEW, 3 * MINUTE);
    expect(stable.state.closed).toBe(true);
    const lost = play();
    lost.see("online", NEW, MINUTE);
    lost.see("offline", NEW, 2 * MINUTE);
    lost.see("offline", NEW, 32 * MINUTE);
    expect(lost.state.outcome?.kind).toBe("lost-again");
  });

  test("verified, and then back at the old version: not for a moment's sake, but when it stays so", () => {
    const upgrade = play();
    upgrade.see("offline", OLD, MINUTE);
    upgrade.see("online", NEW, 4 * MINUTE);
    upgrade.see("upgrade-required", OLD, 5 * MINUTE);
    upgrade.see("upgrade-required", OLD, 6.9 * MINUTE);
    expect(upgrade.state.outcome?.kind).toBe("verified");
    upgrade.see("upgrade-required", OLD, 7 * MINUTE);
    expect([upgrade.state.outcome?.kind, upgrade.state.closed]).toEqual(["lost-again", false]);
    // And the other way round, for as long as anybody looks.
    upgrade.see("online", NEW, 30 * MINUTE);
    expect(upgrade.state.outcome?.kind).toBe("verified");
  });

  test("an agent whose version was not told before is not changed by a version that is", () => {
    const upgrade = play(true, null);
    upgrade.see("upgrade-required", OLD, MINUTE);
    upgrade.see("upgrade-required", OLD, 4 * MINUTE);
    expect(upgrade.state.outcome).toBeUndefined();
    upgrade.see("online", NEW, 4.5 * MINUTE);
    expect(upgrade.state.outcome?.kind).toBe("verified");
  });

  test.each([
    ["never away", ["online"], OLD, NEW, "unchanged"],
    ["never away, even at the server's version", ["online"], NEW, NEW, "unchanged"],
    ["away, and back at an older version than the server's", ["offline", "online"], OLD, NEW, "unchanged"],
    ["away, and nobody knows the server's version", ["offline", "online"], NEW, null, "unchanged"],
    ["away, and back at the server's version", ["offline", "online"], NEW, NEW, "verified"],
  ] as const)("no version was told before, %s", (_what, statuses, version, wanted, outcome) => {
    const upgrade = play(true, null, DEFAULT_DEADLINES, wanted);
    for (const [i, status] of statuses.entries()) upgrade.see(status, version, (i + 1) * MINUTE);
    upgrade.see("online", version, 8 * MINUTE);
    expect(upgrade.state.outcome?.kind).toBe(outcome);
    upgrade.see("online", version, 11 * MINUTE);
    expect(upgrade.state.outcome?.kind).toBe(outcome);
    expect(upgrade.state.holdsSlot).toBe(false);
  });

  test("no second attempt while the agent is away: the first one may have been taken after all", () => {
    const upgrade = play(false);
    upgrade.see("upgrade-required", OLD, 5 * MINUTE);
    upgrade.see("offline", OLD, 6 * MINUTE);
    expect(triesAgain(upgrade.state)).toBe(false);
    upgrade.see("online", NEW, 9 * MINUTE);
    expect(upgrade.state.outcome?.kind).toBe("verified");
    const back = play(false);
    back.see("upgrade-required", OLD, 5 * MINUTE);
    back.see("offline", OLD, 6 * MINUTE);
    back.see("upgrade-required", OLD, 7 * MINUTE);
    expect(triesAgain(back.state)).toBe(true);
  });

  test("a server that gives no answer fails nothing for a long time", () => {
    const upgrade = play();
    upgrade.see("offline", OLD, MINUTE);
    upgrade.wait(95 * MINUTE);
    expect(upgrade.state.outcome).toBeUndefined();
    upgrade.wait(100 * MINUTE);
    expect(upgrade.state.outcome?.kind).toBe("unobserved");
  });
});

describe("under any course of things", () => {
  const look = fc.record({
    after: fc.integer({ min: 0, max: 40 * MINUTE }),
    status: fc.constantFrom(...AGENT_STATUSES),
    version: fc.constantFrom(OLD, NEW, null),
  });

  test("a slot once given up is never taken again, the last of a stream is closed, and a proof always counts", () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(look, { maxLength: 30 }), (triggered, looks) => {
        const upgrade = play(triggered);
        let at = 0;
        for (const { after, status, version } of looks) {
          const before = upgrade.state;
          at += after;
          upgrade.wait(at);
          upgrade.see(status, version, at);
          if (!before.holdsSlot) expect(upgrade.state.holdsSlot).toBe(false);
          const proof: Observation = { status, version };
          if (!before.closed && !upgrade.state.closed && proof.status === "online" && proof.version === NEW)
            expect(upgrade.state.outcome?.kind).toBe("verified");
        }
        const closed = upgrade.facts.indexOf("upgrade.closed");
        if (closed >= 0) expect(closed).toBe(upgrade.facts.length - 1);
        expect(upgrade.facts.filter((fact) => fact.startsWith("upgrade.outcome")).length).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("an upgrade that begins in time has its slot until it is over, whatever its connection does before", () => {
    const SECOND = 1_000;
    const flap = fc.record({
      at: fc.integer({ min: 0, max: 290 }),
      seconds: fc.integer({ min: 1, max: 200 }),
      as: fc.constantFrom<AgentStatus>("offline", "connecting", "error"),
    });
    const course = fc.record({
      delay: fc.integer({ min: 1, max: 299 }),
      away: fc.integer({ min: 1, max: 20 * 60 }),
      flaps: fc.array(flap, { maxLength: 4 }),
      end: fc.constantFrom<Observation>(
        { status: "online", version: NEW },
        { status: "upgrade-required", version: OLD },
        { status: "online", version: OLD },
      ),
      /** Short ones come to their end while the upgrade may still be to come. */
      deadlines: fc.constantFrom(DEFAULT_DEADLINES, { ...DEFAULT_DEADLINES, stuck: 40 * SECOND, stable: 20 * SECOND }),
    });
    fc.assert(
      fc.property(course, ({ delay, away, flaps, end, deadlines }) => {
        const upgrade = play(true, OLD, deadlines);
        const seenAt = (second: number): Observation => {
          if (second >= delay) return second < delay + away ? { status: "offline", version: OLD } : end;
          const now = flaps.find(({ at, seconds }) => second >= at && second < at + seconds);
          return { status: now?.as ?? "upgrade-required", version: OLD };
        };
        for (let second = 0; second < delay + away; second += 5) {
          upgrade.see(seenAt(second).status, OLD, second * SECOND);
          expect({ second, holdsSlot: upgrade.state.holdsSlot }).toEqual({ second, holdsSlot: true });
        }
        const over = Math.max(delay + away, 300);
        for (const second of [delay + away, over, over + 130]) upgrade.see(end.status, end.version, second * SECOND);
        expect([upgrade.state.holdsSlot, upgrade.state.outcome !== undefined]).toEqual([false, true]);
      }),
      { numRuns: runs(200, 5_000) },
    );
  });

  test("every upgrade comes to an end, also when nobody can look", () => {
    fc.assert(
      fc.property(fc.array(look, { maxLength: 10 }), (looks) => {
        const upgrade = play();
        let at = 0;
        for (const { after, status, version } of looks) {
          at += after;
          upgrade.see(status, version, at);
        }
        for (let day = 1; day <= 4; day += 1) upgrade.wait(at + day * 24 * 60 * MINUTE);
        expect([upgrade.state.holdsSlot, upgrade.state.closed, upgrade.state.outcome !== undefined]).toEqual([
          false,
          true,
          true,
        ]);
      }),
    );
  });
});

describe("with any of the looks left out", () => {
  /** What an agent really does, minute by minute; the server's own statuses, and none that it could not have. */
  const life = fc
    .record({
      untouched: fc.integer({ min: 0, max: 12 }),
      away: fc.integer({ min: 0, max: 45 }),
      connecting: fc.integer({ min: 0, max: 8 }),
      end: fc.constantFrom("new", "old", "same", "lost"),
    })
    .map(({ untouched, away, connecting, end }) => {
      const ends: Readonly<Record<typeof end, Observation>> = {
        new: { status: "online", version: NEW },
        old: { status: "upgrade-required", version: OLD },
        same: { status: "online", version: OLD },
        lost: { status: "offline", version: OLD },
      };
      const at = (minute: number): Observation => {
        if (minute < untouched) return { status: "upgrade-required", version: OLD };
        if (minute < untouched + away) return { status: "offline", version: OLD };
        return minute < untouched + away + connecting ? { status: "connecting", version: OLD } : ends[end];
      };
      return { at, end, untouched, back: untouched + away + connecting };
    });
  /** What the rules allow where an agent ends so, seen whenever: with what was missed, and for as long as it is watched. */
  const ALLOWED: Readonly<Record<string, readonly Outcome[]>> = {
    new: ["verified"],
    old: ["back-old", "never-offline", "never-back", "stuck"],
    same: ["unchanged", "never-offline", "never-back", "stuck"],
    lost: ["never-back", "never-offline", "stuck"],
  };

  test("the outcome is one that the rules allow for what has happened, and a success that could be seen is not missed", () => {
    fc.assert(
      fc.property(life, fc.array(fc.boolean(), { minLength: 90, maxLength: 90 }), ({ at, end }, looks) => {
        const upgrade = play();
        const seen = new Set<string>();
        for (let minute = 0; minute < 90; minute += 1) {
          upgrade.wait(minute * MINUTE);
          if (!looks[minute]) continue;
          const { status, version } = at(minute);
          seen.add(status);
          upgrade.see(status, version, minute * MINUTE);
        }
        // Somebody looks again in the end, and a while later.
        for (const minute of [95, 98, 131]) upgrade.see(at(minute).status, at(minute).version, minute * MINUTE);
        expect(ALLOWED[end]).toContain(upgrade.state.outcome?.kind);
        const kind = upgrade.state.outcome?.kind;
        // Only what was seen is said.
        if (kind === "stuck") expect(seen).toContain("connecting");
        expect(upgrade.facts.filter((fact) => fact.startsWith("upgrade.outcome"))).toHaveLength(1);
      }),
      { numRuns: runs(200, 5_000) },
    );
  });

  test("left-out looks never change who has succeeded", () => {
    fc.assert(
      fc.property(life, fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }), ({ at, end }, looks) => {
        const verified = (which: (minute: number) => boolean) => {
          const upgrade = play();
          for (let minute = 0; minute < 60; minute += 1)
            if (which(minute)) upgrade.see(at(minute).status, at(minute).version, minute * MINUTE);
          for (const minute of [80, 83]) upgrade.see(at(minute).status, at(minute).version, minute * MINUTE);
          return upgrade.state.outcome?.kind === "verified";
        };
        expect([verified(() => true), verified((minute) => looks[minute] === true)]).toEqual([
          end === "new",
          end === "new",
        ]);
      }),
      { numRuns: runs(150, 3_000) },
    );
  });
});

test("an upgrade's id can be taken apart, whatever the agent's id is", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 99 }), (agentId, attempt) => {
      expect(parseUpgradeId(upgradeId("prod-1", agentId, attempt))).toEqual({ rollout: "prod-1", agentId, attempt });
    }),
  );
});
