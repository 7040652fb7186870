import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cause } from "../../../src/core/cause.ts";
import { follow } from "../../../src/gates/follow.ts";
import { blockedAt } from "../../../src/gates/index.ts";
import { ofPlan, ofRollout } from "../../../src/gates/rollout-situation.ts";
import { lagOf, lags, relaysWanted, upgradesInWeb } from "../../../src/model/guide/relays.ts";
import { narrowPlan } from "../../../src/model/plan/make-plan.ts";
import type { Plan, PlannedRelay } from "../../../src/model/plan/plan.ts";
import { countedSize } from "../../../src/model/plan/size.ts";
import { widening } from "../../../src/model/plan/widening.ts";
import type { Policy } from "../../../src/model/policy.ts";
import { askedEvent, decideTurn, leftRelays, type RelayReading } from "../../../src/model/relay/decide-turn.ts";
import { isUnwell } from "../../../src/model/relay/is-unwell.ts";
import type { Rollout } from "../../../src/model/rollout/rollout.ts";
import type { RolloutEvent } from "../../../src/model/rollout/rollout-events.ts";
import { plainCause } from "../../../src/phrases/cause-text.ts";
import { relayProgress } from "../../../src/projections/rollout-progress.ts";
import { policyWith } from "../../support/policy.ts";
import { runs } from "../../support/runs.ts";
import { plannedAgent, planOf, rolloutOf } from "../../support/upgrades.ts";

const OLD = "7.1.0.0.1";
const NEW = "7.2.0.0.1";
const MINUTE = 60_000;
const DEADLINES = { clear: 20 * MINUTE, begin: 10 * MINUTE, back: 8 * MINUTE, agents: 5 * MINUTE };
const STABLE = 2 * MINUTE;

function relay(id: string, agents: readonly string[], given: Partial<PlannedRelay> = {}): PlannedRelay {
  const behind = agents.map((agent) => ({ id: agent, name: agent }));
  return { id, name: id, version: OLD, agents: behind, dark: behind.length, ...given };
}

function planned(...relays: readonly PlannedRelay[]): Plan {
  return narrowPlan({ ...planOf([]), relays }, policyWith(), []);
}

function refusedBy(policy: Policy, plan: Plan): readonly string[] {
  return blockedAt("start", "rollout", ofPlan(plan, 0), policy).map(({ cause }) => plainCause(cause));
}

/** What the gates say once a turn is over. */
function pausesAfter(rollout: Rollout, events: readonly RolloutEvent[]): readonly RolloutEvent[] {
  const last = events.at(-1);
  if (last?.type !== "relay.ended") return [];
  const relayEnded = { ...last.data, asked: rollout.relayWork.turn?.asked };
  return follow(
    "relay-ended",
    rollout,
    blockedAt("relay-ended", "rollout", ofRollout(rollout, 0, { relayEnded }), policyWith()),
  );
}

describe("how a relay stands to its server", () => {
  test.each([
    ["7.1.2.9.5", "7.2.0.0.1", null, "behind", true],
    ["7.2.0.0.9", "7.2.0.0.1", null, "even", false],
    ["7.2", "7.2.0.0.1", null, "even", false],
    ["7.3.0.0", "7.2.0.0.1", null, "ahead", false],
    ["7.1.2.9.5", "7.2.0.0.1", "7.1", "behind", false],
    ["7.0.5.1.2", "7.2.0.0.1", "7.1", "below-minimum", true],
    ["7.0.5.1.2", undefined, "7.1", "below-minimum", true],
    [undefined, "7.2.0.0.1", null, "unknown", false],
    ["seven", "7.2.0.0.1", null, "unknown", false],
  ] as const)("%s, server %s, minimum %s: %s", (version, server, minimum, lag, late) => {
    expect(lagOf(version, server, minimum)).toBe(lag);
    expect(lags(lagOf(version, server, minimum), minimum)).toBe(late);
  });

  test.each([
    ["6.0.9.9", [], undefined],
    ["6.1.0.0", [], "together"],
    ["6.2.3.0.77", [], "together"],
    ["6.2.3.1", ["6.2.3.1"], undefined],
    ["6.2.3.1", ["6.2.3.1", "6.2.3.0"], "all"],
    ["7.2.0.0", ["6.2.1", undefined], "all"],
    [undefined, ["6.2.1"], undefined],
  ] as const)("what the vendor wants of relays at %s with %j: %s", (server, relays, wanted) => {
    expect(relaysWanted(server, relays)).toBe(wanted);
  });

  test("the web interface upgrades relays from 7.0.4.2 on", () => {
    expect(["7.0.4.1.9", "7.0.4.2", "8.0.0.0.1", null].map(upgradesInWeb)).toEqual([false, true, true, undefined]);
  });
});

describe("a plan of relays", () => {
  const two = planned(relay("r1", ["a", "b"]), relay("r2", ["c"]));

  test("has a hash of its relays, versions and the agents that go dark; a plan without relays keeps its own", () => {
    const hashes = [
      two,
      planned(relay("r1", ["a", "b"])),
      planned(relay("r1", ["a"]), relay("r2", ["c"])),
      planned(relay("r1", ["a", "b"], { version: NEW }), relay("r2", ["c"])),
      narrowPlan(planOf([]), policyWith(), []),
    ].map(({ hash }) => hash);
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(planned(relay("r2", ["c"]), relay("r1", ["b", "a"])).hash).toBe(two.hash);
  });

  test("is wider with another relay, another version, or more agents behind one; narrower is not wider", () => {
    expect(widening(two, planned(relay("r1", ["a"])))).toBeUndefined();
    expect(widening(two, planned(relay("r3", [])))).toEqual(cause("relays-added"));
    expect(widening(two, planned(relay("r2", ["c"], { version: NEW })))).toEqual(cause("relay-version-differs"));
    expect(widening(two, planned(relay("r2", ["c", "d"])))).toEqual(cause("more-behind-relays"));
    expect(widening(two, planned(relay("r2", ["c"], { dark: 9 })))).toEqual(cause("more-behind-relays"));
  });

  test("counts the agents that go dark, a relay without any as itself, each once with what was asked before", () => {
    const size = (plan: Plan, rollouts: Parameters<typeof countedSize>[0] = []) =>
      countedSize(rollouts, { person: "U0ALICE", userId: "u" }, plan, () => 0);
    expect(size(two)).toBe(3);
    expect(size(planned(relay("r1", []), relay("r2", ["c"], { dark: 7 })))).toBe(8);
    expect(size(two, [rolloutOf(planOf([plannedAgent("a"), plannedAgent("z")]))])).toBe(4);
  });

  test("needs no canaries and no agents, but somebody's reason, and a relay", () => {
    const policy = policyWith({ canaryMin: 3, maxAgents: 1, reasonRequired: true });
    expect(refusedBy(policy, two)).toEqual([expect.stringContaining("requires a reason")]);
    expect(refusedBy(policyWith(), planned())).toEqual(["There is no relay left to upgrade, so nothing was started."]);
    expect(refusedBy(policyWith({ mode: "observe" }), two)).toEqual([expect.stringContaining("only observed")]);
  });
});

describe("a relay's turn", () => {
  const up = (version = OLD, away: readonly string[] = []): RelayReading => ({
    up: true,
    version,
    hostname: null,
    behind: ["a", "b"].map((id) => ({ id, name: id, connected: !away.includes(id) })),
  });
  const down: RelayReading = { ...up(OLD, ["a", "b"]), up: false };

  /** Takes a rollout of two relays through readings at these minutes, and tells what was written. */
  function play(steps: readonly (readonly [number, RelayReading | undefined, Partial<Step>?])[]) {
    const events: (RolloutEvent & { readonly at: number })[] = [];
    for (const [minute, reading, given = {}] of steps) {
      const at = minute * MINUTE;
      const rollout = rolloutOf(planned(relay("r1", ["a", "b"]), relay("r2", [])), ...events);
      const input = {
        rollout: { ...rollout, status: given.status ?? rollout.status },
        reading,
        serverVersion: NEW,
        inFlight: given.inFlight ?? 0,
        deploying: "deploying" in given ? given.deploying : 0,
        blocked: given.blocked ?? (given.status ?? rollout.status) !== "running",
        ready: given.ready ?? true,
        rights: given.rights ?? "granted",
        now: at,
        deadlines: DEADLINES,
        stable: STABLE,
      };
      const step = decideTurn(input);
      const asked = step.kind === "ask" && input.rights === "granted" ? askedEvent(input) : undefined;
      for (const event of step.kind === "write" ? step.events : asked ? [asked] : []) events.push({ ...event, at });
    }
    return events.map((event) => (event.type === "relay.ended" ? event.data : event.type));
  }
  interface Step {
    readonly inFlight: number;
    readonly deploying: number | undefined;
    readonly blocked: boolean;
    readonly ready: boolean;
    readonly rights: "unasked" | "granted" | "unknown";
    readonly status: "running" | "paused" | "stopping";
  }
  const BEGUN = [
    [0, up()],
    [1, up()],
    [2, down],
  ] as const;

  test("waits for agents in flight, asks, sees it go and come back, and its agents", () => {
    expect(
      play([
        [0, up(), { inFlight: 2 }],
        [1, up(), { inFlight: 2 }],
        [2, up()],
      ]),
    ).toEqual(["relay.turn", "relay.asked"]);
    expect(play([...BEGUN, [3, up(NEW, ["a"])], [4, up(NEW)]]).at(-1)).toMatchObject({
      outcome: "upgraded",
      version: NEW,
      missing: [],
    });
  });

  test.each([1, undefined])("waits while deployments run behind it, or may (%s)", (deploying) => {
    expect(
      play([
        [0, up(), { deploying }],
        [1, up(), { deploying }],
      ]),
    ).toEqual(["relay.turn"]);
    expect(
      play([
        [0, up(), { deploying }],
        [1, up(), { deploying }],
        [2, up()],
      ]),
    ).toEqual(["relay.turn", "relay.asked"]);
    expect(
      play([
        [0, up()],
        [20, up(), { deploying }],
      ]).at(-1),
    ).toMatchObject({ outcome: "blocked" });
  });

  test.each<readonly [string, Parameters<typeof play>[0], object]>([
    [
      "agents that stay away are named",
      [...BEGUN, [3, up(NEW, ["a"])], [8, up(NEW, ["a"])]],
      { outcome: "upgraded", missing: [{ id: "a" }] },
    ],
    ["nobody saw it go: another version is enough", [...BEGUN.slice(0, 2), [3, up(NEW)]], { outcome: "upgraded" }],
    ["it does not come back", [...BEGUN, [9, down], [10, down]], { outcome: "never-back" }],
    ["it comes back as it was, and stays so", [...BEGUN, [3, up()], [5, up()]], { outcome: "unchanged" }],
    ["it goes again before that counts", [...BEGUN, [3, up()], [4, down], [5, up(NEW)]], { outcome: "upgraded" }],
    ["it is older afterwards", [...BEGUN, [3, up("6.2.7.1.1")]], { outcome: "older" }],
    ["nobody begins", [...BEGUN.slice(0, 2), [11, up()]], { outcome: "not-begun" }],
    [
      "it was done before its turn",
      [
        [0, up()],
        [1, up(NEW)],
      ],
      { outcome: "elsewhere" },
    ],
    [
      "its agents are in flight for too long",
      [
        [0, up()],
        [20, up(), { inFlight: 1 }],
      ],
      { outcome: "blocked" },
    ],
    [
      "the owner's rights are told by nobody",
      [
        [0, up()],
        [1, up(), { rights: "unasked" }],
        [10, up(), { rights: "unknown" }],
        [20, up(), { rights: "unknown" }],
      ],
      { outcome: "blocked", detail: cause("owner-rights-unread") },
    ],
    [
      "it stays offline when its turn has come",
      [
        [0, up()],
        [20, down],
      ],
      { outcome: "blocked" },
    ],
    [
      "more agents are behind it than was agreed to",
      [
        [0, up()],
        [1, { ...up(), behind: [{ id: "z", name: "z", connected: false }] }],
      ],
      { outcome: "blocked" },
    ],
    ["the server tells nothing any more", [...BEGUN, [25, undefined]], { outcome: "unseen" }],
    [
      "the rollout is stopped before anybody has begun",
      [...BEGUN.slice(0, 2), [3, up(), { status: "stopping" }]],
      { outcome: "skipped" },
    ],
    [
      "the rollout is stopped before anybody has begun, and relays cannot be read",
      [...BEGUN.slice(0, 2), [3, undefined, { status: "stopping" }]],
      { outcome: "skipped" },
    ],
    [
      "the rollout is stopped when somebody has: it is watched",
      [...BEGUN, [3, up(NEW), { status: "stopping" }]],
      { outcome: "upgraded" },
    ],
  ])("%s", (_what, steps, end) => {
    expect(play(steps).at(-1)).toMatchObject(end);
  });

  test("is given back where nothing may begin any more, and is reminded of at half time", () => {
    expect(
      play([
        [0, up()],
        [1, up(), { ready: false }],
      ]),
    ).toEqual(["relay.turn", "relay.put-back"]);
    expect(
      play([
        [0, up()],
        [1, up(), { status: "paused" }],
        [2, up(), { status: "paused" }],
      ]),
    ).toEqual(["relay.turn", "relay.put-back"]);
    expect(play([...BEGUN.slice(0, 2), [5, up()], [6, up()], [7, up()]])).toEqual([
      "relay.turn",
      "relay.asked",
      "relay.observed",
      "relay.reminded",
    ]);
  });

  test("is taken back where the rules turn against it before anybody has begun, and asked for again; not after", () => {
    const asked = BEGUN.slice(0, 2);
    expect(play([...asked, [2, undefined, { blocked: true }]]).at(-1)).toBe("relay.put-back");
    expect(play([...asked, [2, up(), { blocked: true }], [3, up(), { blocked: true }], [4, up()], [5, up()]])).toEqual([
      "relay.turn",
      "relay.asked",
      "relay.observed",
      "relay.put-back",
      "relay.turn",
      "relay.asked",
    ]);
    expect(play([...asked, [2, up(), { ready: false }]])).not.toContain("relay.put-back");
    expect(play([...BEGUN, [3, down, { blocked: true }], [4, up(NEW), { blocked: true }]]).at(-1)).toMatchObject({
      outcome: "upgraded",
    });
  });

  test.each([
    ["all", 4, 4, true],
    ["half", 2, 4, true],
    ["one of one", 1, 1, true],
    ["a few", 1, 4, false],
    ["none", 0, 4, false],
  ])(
    "with %s of its agents missing afterwards: a pause before the next relay where that is half of them or more",
    (_w, lost, of, pauses) => {
      const ids = Array.from({ length: of }, (_, i) => `a${i}`);
      const agents = ids.map((id) => ({ id, name: id }));
      const missing = agents.slice(0, lost);
      const asked: RolloutEvent = {
        type: "relay.asked",
        data: { relay: { id: "r1", name: "r1" }, from: OLD, agents, hostname: null, serverVersion: NEW },
      };
      const turn: RolloutEvent = { type: "relay.turn", data: { relay: { id: "r1", name: "r1" } } };
      const begun: RolloutEvent = { type: "relay.observed", data: { up: true, version: NEW } };
      const behind = agents.map((agent) => ({ ...agent, connected: !missing.includes(agent) }));
      const at = 10 * MINUTE;
      const events = [turn, asked, begun].map((event) => ({ ...event, at: 0 }));
      for (const relays of [[relay("r1", ids), relay("r2", [])], [relay("r1", ids)]]) {
        const rollout = rolloutOf(planned(...relays), ...events);
        const step = decideTurn({
          rollout,
          reading: { up: true, version: NEW, hostname: null, behind },
          serverVersion: NEW,
          inFlight: 0,
          deploying: 0,
          blocked: false,
          ready: true,
          rights: "unasked",
          now: at,
          deadlines: DEADLINES,
          stable: STABLE,
        });
        const decided = step.kind === "write" ? [...step.events, ...pausesAfter(rollout, step.events)] : [];
        expect(decided[0]).toMatchObject({ type: "relay.ended", data: { outcome: "upgraded", missing } });
        const pause = decided.find(({ type }) => type === "rollout.paused");
        // With no relay left there is nothing to hold back.
        expect(pause !== undefined).toBe(pauses && relays.length > 1);
        if (pause)
          expect(pause.data).toMatchObject({
            causes: [{ code: "relay-agents-missing", params: { missing: lost, agents: of } }],
          });
        const after = rolloutOf(planned(...relays), ...events, ...decided.map((event) => ({ ...event, at })));
        expect(after.relayWork.ended.map(isUnwell)).toEqual([pauses]);
      }
    },
  );

  const anyReading = fc.option(
    fc.record({
      up: fc.boolean(),
      version: fc.constantFrom(OLD, NEW, "6.2.7.1.1", null),
      hostname: fc.constant(null),
      behind: fc
        .array(fc.constantFrom("a", "b", "c"))
        .map((ids) => [...new Set(ids)].map((id) => ({ id, name: id, connected: id !== "b" }))),
    }),
    { nil: undefined },
  );

  test("nobody is asked while an agent behind is in flight; two are never in their turn; every turn ends, whatever is read", () => {
    const step = fc.record({
      reading: anyReading,
      inFlight: fc.nat({ max: 2 }),
      deploying: fc.constantFrom(0, 0, 1, undefined),
      minutes: fc.integer({ min: 1, max: 4 }),
      rights: fc.constantFrom("granted" as const, "unknown" as const),
    });
    fc.assert(
      fc.property(fc.boolean(), fc.array(step, { minLength: 150, maxLength: 150 }), (neverTold, steps) => {
        const events: (RolloutEvent & { readonly at: number })[] = [];
        const plan = planned(relay("r1", ["a", "b"]), relay("r2", ["c"]));
        let now = 0;
        for (const each of steps) {
          const { minutes } = each;
          // Nothing else ends it where only the rights are missing.
          const { reading, inFlight, deploying, rights } = neverTold
            ? { reading: up(), inFlight: 0, deploying: 0, rights: "unknown" as const }
            : each;
          now += minutes * MINUTE;
          const rollout = rolloutOf(plan, ...events);
          const input = {
            rollout,
            reading,
            serverVersion: NEW,
            inFlight,
            deploying,
            blocked: false,
            ready: true,
            rights,
            now,
            deadlines: DEADLINES,
            stable: STABLE,
          };
          const decided = decideTurn(input);
          if (decided.kind === "ask") expect([inFlight, deploying]).toEqual([0, 0]);
          const asked = decided.kind === "ask" && rights === "granted" ? askedEvent(input) : undefined;
          for (const event of decided.kind === "write" ? decided.events : asked ? [asked] : []) {
            if (event.type === "relay.turn") expect(rollout.relayWork.turn).toBeUndefined();
            events.push({ ...event, at: now });
          }
          const { turn } = rolloutOf(plan, ...events).relayWork;
          const longest = DEADLINES.clear + 2 * DEADLINES.begin + DEADLINES.back + DEADLINES.agents + 8 * MINUTE;
          if (turn) expect(now - turn.since).toBeLessThanOrEqual(longest);
        }
        const rollout = rolloutOf(plan, ...events);
        expect(leftRelays(rollout)).toEqual([]);
        const { verified, failed, unchanged, skipped, percent } = relayProgress(rollout) ?? {
          verified: 0,
          failed: 0,
          unchanged: 0,
          skipped: 0,
          percent: 0,
        };
        expect([verified + failed + unchanged + skipped, percent]).toEqual([2, 100]);
      }),
      { numRuns: runs(40, 2_000) },
    );
  });
});
