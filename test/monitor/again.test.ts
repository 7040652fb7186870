import { describe, expect, test } from "vitest";
import { cause } from "../../src/core/cause.ts";
import { serverTrouble } from "../../src/core/server-trouble.ts";
import type { ServerSituation } from "../../src/gates/server-situation.ts";
import { ServerError, type TriggerResult, type UrbanCode } from "../../src/model/deploy-server.ts";
import type { ServerFault } from "../../src/model/server/server-fault.ts";
import type { UpgradeEvent } from "../../src/model/upgrade/upgrade-events.ts";
import { createRunner } from "../../src/monitor/runner.ts";
import { createUpgradeHold } from "../../src/monitor/upgrade-hold.ts";
import { keepLog } from "../support/silent-log.ts";
import { smallServer } from "../support/small-server.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const NEW = "7.1.2.3.4";
const MINUTE = 60_000;

/** One agent whose first attempt has ended like this, with a runner for the next one. */
async function afterFirst(...events: readonly UpgradeEvent[]) {
  const small = await smallServer(planOf([plannedAgent("a")]));
  const { projections, clock, authorize } = small;
  let more: Partial<ServerSituation> = {};
  let fault: ServerFault | undefined;
  let looks = 0;
  const { info } = small.server.urbancode;
  Object.assign(small.server.urbancode, {
    info: (id: string) => {
      looks += 1;
      return fault ? Promise.reject(new ServerError(fault, fault)) : info(id);
    },
  });
  const run = createRunner({
    projections,
    servers: new Map([["prod", small.server]]),
    authorize,
    clock,
    log: keepLog(),
    onServerTrouble: () => {},
    isExternal: async () => false,
    situation: (server) => ({ ...small.situation(server), ...more }),
    knownRelays: small.knownRelays,
    deploymentOn: small.deploymentOn,
  });
  const data = { rollout: "prod-1", server: "prod", agent: { id: "a", name: "a" }, attempt: 1, from: "6.2.7.1.1" };
  await small.write("upgrade.prod-1.a.1", { type: "upgrade.intended", data }, ...events);
  return {
    ...small,
    run: (attempt: number, signal = new AbortController().signal) => run(`prod-1.a.${attempt}`, signal),
    become(given: typeof more) {
      more = given;
    },
    /** How the server answers who looks at an agent; undefined = well. */
    fail(given: typeof fault) {
      fault = given;
    },
    /** How often the agent was looked at. */
    looks: () => looks,
  };
}

type Small = Awaited<ReturnType<typeof afterFirst>>;

const unknown: UpgradeEvent = { type: "upgrade.outcome", data: { outcome: "unknown", detail: null, holdsSlot: false } };
const putOffFor = (wait: number): UpgradeEvent => ({
  type: "upgrade.postponed",
  data: { status: 429, text: "429", wait },
});
const putOff = putOffFor(30_000);
const failed: UpgradeEvent = { type: "upgrade.outcome", data: { outcome: "back-old", detail: null, holdsSlot: false } };

async function askAgain(small: Small) {
  await small.write("rollout.prod-1", {
    type: "rollout.retried",
    data: {
      by: "U0BOB",
      serverUser: { id: "u-bob", name: "bob" },
      cause: null,
      agents: [{ id: "a", attempt: 2, notBefore: 0 }],
    },
  });
}

test("a first attempt of which nothing was known has succeeded after all: that is written down, and nothing is asked again", async () => {
  const small = await afterFirst(unknown);
  small.show("a", "online", NEW);
  await small.run(2);
  expect(small.projections.upgrade("prod-1.a.1")?.outcome).toMatchObject({
    kind: "verified",
    detail: cause("at-version", { version: NEW }),
  });
  expect(small.projections.upgrade("prod-1.a.2")).toBeUndefined();
  expect(small.triggered).toEqual([]);
});

test("or the agent is away just then: the first attempt is watched on, not skipped over", async () => {
  const small = await afterFirst(unknown);
  small.show("a", "offline");
  await small.run(2);
  expect(small.projections.upgrade("prod-1.a.1")).toMatchObject({ closed: false, downSince: small.clock.now() });
  expect(small.rollout().guards.notFollowed.size).toBe(0);
  expect(small.projections.upgrade("prod-1.a.2")).toBeUndefined();
});

test.each<[string, (small: Small) => void, string]>([
  ["needs no upgrade", ({ show }) => show("a", "online"), "upgrade-not-needed"],
  ["cannot be read", ({ fail }) => fail("denied"), "server-trouble"],
])("or the agent %s: no other attempt follows, and it says why", async (_what, become, code) => {
  const small = await afterFirst(unknown);
  become(small);
  await small.run(2);
  expect(small.projections.upgrade("prod-1.a.1")).toMatchObject({ closed: false, outcome: { kind: "unknown" } });
  expect(small.projections.upgrade("prod-1.a.2")).toBeUndefined();
  expect(small.rollout().guards.notFollowed.get("a")).toMatchObject({ attempt: 2, why: { code } });
});

test.each([
  ["was upgraded", "online", NEW, "elsewhere"],
  ["is away", "offline", undefined, "skipped"],
] as const)(
  "once the first attempt is not watched any more, an agent that %s is left out by the next",
  async (_what, status, version, outcome) => {
    const small = await afterFirst(unknown, { type: "upgrade.closed", data: {} });
    small.show("a", status, version);
    await small.run(2);
    expect(small.projections.upgrade("prod-1.a.1")?.outcome?.kind).toBe("unknown");
    expect(small.projections.upgrade("prod-1.a.2")?.outcome?.kind).toBe(outcome);
  },
);

test("a retry of an agent that came back by itself does not begin, and the agent counts as upgraded", async () => {
  const small = await afterFirst(failed);
  await askAgain(small);
  small.show("a", "online", NEW);
  await small.run(2);
  expect(small.projections.upgrade("prod-1.a.1")?.outcome?.kind).toBe("verified");
  expect(small.rollout().guards.retries.get("a")?.dropped).toBeUndefined();
  expect(small.triggered).toEqual([]);
});

test.each([
  ["is still watched", failed, false],
  ["is not watched any more", { type: "upgrade.closed", data: {} }, true],
] as const)(
  "a retry that cannot begin leaves the failure, which %s, what it was, and says why",
  async (_what, last, closed) => {
    const small = await afterFirst(failed, last);
    await askAgain(small);
    small.show("a", "offline");
    await small.run(2);
    expect(small.projections.upgrade("prod-1.a.1")).toMatchObject({ closed, outcome: { kind: "back-old" } });
    expect(small.rollout().guards.retries.get("a")?.dropped).toEqual(cause("offline-before-turn"));
    expect(small.projections.upgrade("prod-1.a.2")).toBeUndefined();
  },
);

test.each<[string, TriggerResult, boolean]>([
  ["a refusal", { kind: "refused", status: 409, text: "409 busy" }, false],
  ["an acceptance", { kind: "accepted", status: 200 }, true],
])(
  "%s that comes later than the proof does not undo it, and the first attempt is over",
  async (_what, answer, accepted) => {
    const small = await afterFirst(failed);
    await askAgain(small);
    small.answerTriggers(async () => {
      // The server is slow to answer, and meanwhile somebody sees the agent upgraded.
      await small.write("upgrade.prod-1.a.2", {
        type: "upgrade.outcome",
        data: { outcome: "verified", detail: cause("at-version", { version: NEW }), holdsSlot: false },
      });
      return answer;
    });
    await small.run(2);
    expect(small.triggered).toEqual(["a"]);
    const second = small.projections.upgrade("prod-1.a.2");
    expect(second?.outcome?.kind).toBe("verified");
    expect(second?.triggeredAt !== undefined).toBe(accepted);
    expect(small.projections.upgrade("prod-1.a.1")?.closed).toBe(true);
  },
);

test("between a failure that is too many and the next request nothing slips through", async () => {
  const small = await afterFirst();
  const plan = planOf(["a", "b", "c", "d", "e", "f", "g"].map((id) => plannedAgent(id)));
  const serverUser = { id: "u", name: "alice" };
  await small.write("rollout.prod-2", {
    type: "rollout.started",
    data: { rollout: "prod-2", plan, owner: "U0ALICE", serverUser, channel: "C" },
  });
  const run = createRunner({
    projections: small.projections,
    servers: new Map([["prod", small.server]]),
    authorize: small.authorize,
    clock: small.clock,
    log: keepLog(),
    onServerTrouble: () => {},
    isExternal: async () => false,
    situation: small.situation,
    knownRelays: small.knownRelays,
    deploymentOn: small.deploymentOn,
  });
  await small.clock.advance(MINUTE);
  for (const id of ["a", "b", "c", "d", "e"]) {
    const data = { rollout: "prod-2", server: "prod", agent: { id, name: id }, attempt: 1, from: "6.2.7.1.1" };
    await small.write(`upgrade.prod-2.${id}.1`, { type: "upgrade.intended", data }, failed);
  }
  // Nobody has paused the rollout yet: the last gate asks by itself.
  await run("prod-2.f.1", new AbortController().signal);
  expect(small.triggered).toEqual([]);
});

test.each<[string, { readonly late?: true }, readonly unknown[]]>([
  ["it was late, which is no trouble of the server's", { late: true }, []],
  ["the server gave no answer", {}, [true]],
])("a request has ten seconds to leave, and is unsent if it does not: %s", async (_what, late, requested) => {
  const small = await smallServer(planOf([plannedAgent("a")]));
  const limits: unknown[] = [];
  const troubles: unknown[] = [];
  const urbancode: UrbanCode = {
    ...small.server.urbancode,
    async trigger(_agent, limit) {
      limits.push(limit);
      return { kind: "unsent", trouble: serverTrouble("no-answer", "prod", { reason: "TOO_LATE" }), ...late };
    },
  };
  const run = createRunner({
    projections: small.projections,
    servers: new Map([["prod", { ...small.server, urbancode }]]),
    authorize: small.authorize,
    clock: small.clock,
    log: keepLog(),
    onServerTrouble: (_server, _error, requested) => void troubles.push(requested),
    isExternal: async () => false,
    situation: small.situation,
    knownRelays: small.knownRelays,
    deploymentOn: small.deploymentOn,
  });
  small.clock.jump(1_000_000);
  await run("prod-1.a.1", new AbortController().signal);
  expect(limits).toEqual([expect.objectContaining({ notAfter: small.clock.monotonic() + 10_000 })]);
  expect(small.projections.upgrade("prod-1.a.1")?.outcome?.kind).toBe("unsent");
  expect(troubles).toEqual(requested);
});

describe("an attempt that the server has put off", () => {
  test.each<[string, Partial<ServerSituation>]>([
    ["whose upgrades are held", { hold: { said: "prod answered with a page", until: 60_000 } }],
    ["that Drydock has not looked at since its start", { lookedAround: false }],
  ])("is not requested from a server %s, and then it is", async (_what, given) => {
    const small = await afterFirst(putOff);
    small.become(given);
    void small.run(1);
    await small.clock.advance(5 * MINUTE);
    expect(small.triggered).toEqual([]);
    small.become({});
    await small.clock.advance(MINUTE);
    expect(small.triggered).toEqual(["a"]);
  });

  test.each([
    ["is offline", "offline", "6.2.7.1.1", "skipped"],
    ["was upgraded by other people", "online", NEW, "elsewhere"],
  ] as const)("of an agent that %s by then is over, also if it is a retry", async (_what, status, version, outcome) => {
    const small = await afterFirst(failed);
    await askAgain(small);
    small.answerTriggers(async () => ({ kind: "postponed", status: 429, text: "429", wait: MINUTE }));
    void small.run(2);
    await small.clock.advance(1_000);
    expect(small.projections.upgrade("prod-1.a.2")).toMatchObject({ holdsSlot: true, outcome: undefined });
    small.show("a", status, version);
    await small.clock.advance(5 * MINUTE);
    expect(small.projections.upgrade("prod-1.a.2")).toMatchObject({ holdsSlot: false, outcome: { kind: outcome } });
    expect(small.rollout().guards.retries.get("a")?.dropped).toBeUndefined();
  });

  test("waits while the server fails, and is requested once it answers", async () => {
    const small = await afterFirst(putOff);
    small.fail("failing");
    small.become({ answers: false });
    void small.run(1);
    await small.clock.advance(15 * MINUTE);
    expect(small.projections.upgrade("prod-1.a.1")?.outcome).toBeUndefined();
    small.fail(undefined);
    small.become({});
    await small.clock.advance(MINUTE);
    expect(small.triggered).toEqual(["a"]);
  });

  test.each([
    ["paused", { type: "rollout.paused", data: { by: "U0BOB", kind: "person", causes: [] } }],
    ["stopped", { type: "rollout.stopped", data: { by: "U0BOB" } }],
  ] as const)("of a rollout that is %s gives its slot back at once, and is not requested", async (_what, event) => {
    const small = await afterFirst(putOff);
    const turn = small.run(1);
    await small.write("rollout.prod-1", event);
    await turn;
    // Also if the process has begun only now.
    await small.run(1);
    expect(small.projections.upgrade("prod-1.a.1")?.holdsSlot).toBe(false);
    expect(small.triggered).toEqual([]);
  });

  test("waits out what the server asked for, whatever else happens, and then is looked at twice a minute", async () => {
    const small = await afterFirst(putOffFor(2 * MINUTE));
    void small.run(1);
    await small.clock.advance(MINUTE);
    await small.write("server.prod", { type: "server.unfrozen", data: { by: "U0BOB" } });
    await small.clock.advance(MINUTE - 1);
    expect(small.looks()).toBe(0);
    small.fail("failing");
    await small.clock.advance(1);
    expect(small.looks()).toBe(1);
    await small.clock.advance(MINUTE / 2);
    expect(small.looks()).toBe(2);
  });

  test("keeps its slot when the process leaves", async () => {
    const small = await afterFirst(putOff);
    const leave = new AbortController();
    const turn = small.run(1, leave.signal);
    leave.abort();
    await turn;
    await small.clock.advance(5 * MINUTE);
    expect(small.projections.upgrade("prod-1.a.1")?.holdsSlot).toBe(true);
    expect(small.triggered).toEqual([]);
  });

  test("is requested also if a pause is undone before its slot is given back", async () => {
    const small = await afterFirst(putOff);
    const serverUser = { id: "u", name: "alice" };
    const { policy } = small.server;
    void small.run(1);
    await Promise.all([
      small.write("rollout.prod-1", { type: "rollout.paused", data: { by: "U0BOB", kind: "person", causes: [] } }),
      small.write("rollout.prod-1", { type: "rollout.continued", data: { by: "U0ALICE", serverUser, policy } }),
    ]);
    await small.clock.advance(MINUTE);
    expect(small.projections.upgrade("prod-1.a.1")?.holdsSlot).toBe(true);
    expect(small.triggered).toEqual(["a"]);
  });
});

test("several that the server has put off are asked one at a time after a page in place of an answer, until it answers again", async () => {
  const ids = ["a", "b", "c"];
  const small = await smallServer(planOf(ids.map((id) => plannedAgent(id))));
  const hold = createUpgradeHold(small.server, small);
  const run = createRunner({
    ...small,
    servers: new Map([["prod", small.server]]),
    onServerTrouble: () => {},
    isExternal: async () => false,
    situation: (server) => ({ ...small.situation(server), hold: hold.now() }),
    holdRoom: hold.room,
  });
  for (const id of ids) {
    const data = { rollout: "prod-1", server: "prod", agent: { id, name: id }, attempt: 1, from: "6.2.7.1.1" };
    await small.write(`upgrade.prod-1.${id}.1`, { type: "upgrade.intended", data }, putOff);
  }
  const answers: ((result: TriggerResult) => void)[] = [];
  small.answerTriggers(() => new Promise((resolve) => void answers.push(resolve)));
  hold.answered("prod answered with a page");
  for (const id of ids) void run(`prod-1.${id}.1`, new AbortController().signal);
  await small.clock.advance(5 * MINUTE);
  expect(small.triggered).toHaveLength(1);
  answers[0]?.({ kind: "accepted", status: 200 });
  await small.clock.advance(MINUTE);
  expect([...small.triggered].sort()).toEqual(ids);
  hold.stop();
});
