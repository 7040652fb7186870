import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cause } from "../../src/core/cause.ts";
import { ServerError } from "../../src/model/deploy-server.ts";
import type { PlannedRelay } from "../../src/model/plan/plan.ts";
import type { UpgradeEvent } from "../../src/model/upgrade/upgrade-events.ts";
import { createDispatcher } from "../../src/monitor/dispatcher.ts";
import { createExternalUpgradeDetector } from "../../src/monitor/external-upgrade-detector.ts";
import { type AuthorizeOwner, authorizeOwner } from "../../src/monitor/owner-authorizations.ts";
import { createRunner } from "../../src/monitor/runner.ts";
import { createRelayTurns } from "../../src/monitor/turns.ts";
import { relayOf } from "../support/relays.ts";
import { runs } from "../support/runs.ts";
import { keepLog } from "../support/silent-log.ts";
import { smallServer } from "../support/small-server.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const OLD = "7.1.0.0.1";
const NEW = "8.0.0.0.1";
const MINUTE = 60_000;
const BEHIND = { r1: ["a1", "a2", "a3"], r2: ["b1", "b2", "b3"] } as const;
type RelayId = keyof typeof BEHIND;
const AGENTS = Object.entries(BEHIND).flatMap(([relay, ids]) => ids.map((id) => plannedAgent(id, { relay })));

/** A rollout of six agents behind two relays, and two rollouts of one relay each, on one small. */
async function twoRelays(answer?: AuthorizeOwner) {
  const log = keepLog();
  const small = await smallServer(planOf(AGENTS));
  const { projections, clock, authorize } = small;
  const dispatcher = createDispatcher({ ...small, openSlots: () => 10 });
  const run = createRunner({
    projections,
    servers: new Map([["prod", small.server]]),
    authorize,
    clock,
    log: keepLog(),
    onServerTrouble: () => {},
    isExternal: async () => false,
    situation: small.situation,
    knownRelays: small.knownRelays,
    deploymentOn: small.deploymentOn,
  });
  const turns = createRelayTurns({
    projections,
    clock,
    log,
    situation: small.situation,
    busyAgents: async () => () => false,
    authorizeOwner:
      answer ?? ((where, rollout, behind, signal) => authorizeOwner(where, rollout, behind, { authorize, signal })),
  });
  const detector = createExternalUpgradeDetector(small.server, { projections, clock });
  const relays = new Map<RelayId, { up: boolean; version: string }>(
    (["r1", "r2"] as const).map((id) => [id, { up: true, version: OLD }]),
  );
  for (const [i, id] of (["r1", "r2"] as const).entries()) {
    const agents = BEHIND[id].map((agent) => ({ id: agent, name: agent }));
    const relay: PlannedRelay = { id, name: id, version: OLD, agents, dark: agents.length };
    const plan = { ...planOf([]), relays: [relay] };
    const rollout = `prod-${i + 2}`;
    await small.write(`rollout.${rollout}`, {
      type: "rollout.started",
      data: { rollout, plan, owner: "U0ALICE", serverUser: { id: "u", name: "alice" }, channel: "C" },
    });
  }
  const turnOf = (id: string) => projections.rollouts.get(id)?.relayWork.turn;
  const settleDown = () => new Promise((resolve) => setImmediate(resolve));
  const signal = new AbortController().signal;
  let started = 0;

  async function look(without?: "without relays"): Promise<void> {
    small.showRelays(without ? [] : [...relays].map(([id, shown]) => relayOf(id, shown)));
    const agents = await small.server.urbancode.list();
    await detector.whole(agents, signal);
    await turns.look(small.server, agents);
    await settleDown();
  }

  return {
    ...small,
    turnOf,
    detector,
    said: log.said,
    blind: () => turns.blind(small.server),
    /** Time passes, with a look at each of its intervals; `without` = the server shows no relay. */
    async watch(ms: number, without?: "without relays") {
      for (let left = ms; left > 0; left -= small.server.watch.fleet) {
        await small.clock.advance(Math.min(left, small.server.watch.fleet));
        await look(without);
      }
    },
    stop: () => turns.stop(),
    turns: () => ["prod-2", "prod-3"].flatMap((id) => turnOf(id) ?? []),
    inFlight: () => projections.openUpgrades("prod").filter(({ holdsSlot }) => holdsSlot),
    async dispatch() {
      await dispatcher.run(small.server);
      const ids = small.submitted.slice(started);
      started = small.submitted.length;
      for (const id of ids) void run(id, signal).finally(() => dispatcher.returned(id));
      await settleDown();
      await settleDown();
    },
    look,
    setRelay(id: RelayId, up: boolean, version: string = relays.get(id)?.version ?? OLD) {
      relays.set(id, { up, version });
      for (const agent of BEHIND[id]) small.show(agent, up ? "upgrade-required" : "offline");
    },
    async land(n: number) {
      const open = projections.openUpgrades("prod").filter(({ holdsSlot }) => holdsSlot);
      const upgrade = open[n % Math.max(1, open.length)];
      if (!upgrade) return;
      const outcome: UpgradeEvent = {
        type: "upgrade.outcome",
        data: { outcome: "verified", detail: cause("at-version", { version: NEW }), holdsSlot: false },
      };
      await small.write(`upgrade.${upgrade.id}`, outcome);
      await settleDown();
    },
  };
}

describe("agents behind a relay in its turn", () => {
  test("do not begin, while others do; a relay that was in flight with its agents is asked for when they have landed", async () => {
    const small = await twoRelays();
    await small.look();
    expect(small.turnOf("prod-2")?.relay.id).toBe("r1");
    expect(small.turnOf("prod-3")).toBeUndefined();
    await small.dispatch();
    expect([...small.triggered].sort()).toEqual(["b1", "b2", "b3"]);
    await small.look();
    await small.look();
    expect(small.turnOf("prod-2")?.asked?.agents.map(({ id }) => id)).toEqual([...BEHIND.r1]);
    small.setRelay("r1", false);
    await small.clock.advance(30_000);
    await small.look();
    small.setRelay("r1", true, NEW);
    await small.clock.advance(30_000);
    await small.look();
    expect(small.projections.rollouts.get("prod-2")?.relayWork.ended).toMatchObject([
      { outcome: "upgraded", missing: [] },
    ]);
    // Their going offline was nobody's upgrade, and no doubt.
    expect(small.projections.server("prod").external).toMatchObject({ ambiguous: undefined, upgrading: new Map() });
    await small.dispatch();
    expect([...small.triggered].sort()).toEqual(AGENTS.map(({ id }) => id));
    await small.look();
    expect(small.turnOf("prod-3")).toMatchObject({ relay: { id: "r2" }, asked: undefined });
    await small.look();
    expect(small.turnOf("prod-3")?.asked).toBeUndefined();
    for (let i = 0; i < 6; i += 1) await small.land(0);
    await small.look();
    await small.look();
    expect(small.turnOf("prod-3")?.asked).toBeDefined();
  });

  test("do not begin either if they came behind it after they were planned", async () => {
    const small = await twoRelays();
    small.moveBehind("b1", "r1");
    await small.look();
    expect(small.turnOf("prod-2")?.relay.id).toBe("r1");
    await small.dispatch();
    expect([...small.triggered].sort()).toEqual(["b2", "b3"]);
  });

  test("count as upgraded by others if they go offline before anyone is asked, and the relay stays up until they are back", async () => {
    const small = await twoRelays();
    await small.look();
    expect(small.turnOf("prod-2")).toMatchObject({ relay: { id: "r1" }, asked: undefined });
    small.show("a1", "offline");
    for (let i = 0; i < 3; i += 1) await small.look();
    expect([...small.projections.server("prod").external.upgrading.keys()]).toEqual(["a1"]);
    expect(small.turnOf("prod-2")?.asked).toBeUndefined();
    small.show("a1", "online", NEW);
    for (let i = 0; i < 3; i += 1) await small.look();
    expect(small.turnOf("prod-2")?.asked?.agents.map(({ id }) => id)).toEqual([...BEHIND.r1]);
  });

  test("are never in flight with it, and never two relays are away, whatever happens in whatever order", async () => {
    const act = fc.oneof(
      fc.constantFrom("dispatch", "dispatch", "look", "look", "look", "minute"),
      fc.record({ land: fc.nat({ max: 5 }) }),
      fc.record({ relay: fc.constantFrom<RelayId>("r1", "r2"), up: fc.boolean(), version: fc.constantFrom(OLD, NEW) }),
    );
    let asked = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 10, maxLength: 40 }), async (acts) => {
        const small = await twoRelays();
        for (const next of acts) {
          const reserved = new Set(small.turns().flatMap(({ relay }) => BEHIND[relay.id as RelayId]));
          const before = small.triggered.length;
          if (next === "dispatch") await small.dispatch();
          else if (next === "look") await small.look();
          else if (next === "minute") await small.clock.advance(MINUTE);
          else if (typeof next === "object" && "land" in next) await small.land(next.land);
          // A relay is taken down only by whoever was asked to.
          else if (
            typeof next === "object" &&
            small.turns().some(({ relay, asked }) => relay.id === next.relay && asked)
          )
            small.setRelay(next.relay, next.up, next.version);
          for (const agent of small.triggered.slice(before)) expect(reserved).not.toContain(agent);
          expect(small.turns().length).toBeLessThanOrEqual(1);
          for (const turn of small.turns())
            if (turn.asked) {
              asked += 1;
              expect(small.inFlight().filter(({ agent }) => agent.relay === turn.relay.id)).toEqual([]);
            }
        }
      }),
      { numRuns: runs(60, 1_000) },
    );
    expect(asked).toBeGreaterThan(50);
  });
});

test("a relay does not wait for an agent that the server has put off, which waits for the relay", async () => {
  const small = await twoRelays();
  const agent = { id: "a1", name: "a1", relay: "r1" };
  await small.write(
    "upgrade.prod-1.a1.1",
    { type: "upgrade.intended", data: { rollout: "prod-1", server: "prod", agent, attempt: 1, from: OLD } },
    { type: "upgrade.postponed", data: { status: 429, text: "429", wait: 30_000 } },
  );
  for (let i = 0; i < 3; i += 1) await small.look();
  expect(small.turnOf("prod-2")?.asked?.agents.map(({ id }) => id)).toEqual([...BEHIND.r1]);
});

test("an owner who may not do this any more pauses the rollout instead of asking", async () => {
  const small = await twoRelays(async () => cause("recorded", { text: "They have left." }));
  for (let i = 0; i < 3; i += 1) await small.look();
  expect(small.turnOf("prod-2")?.asked).toBeUndefined();
  expect(small.projections.rollouts.get("prod-2")).toMatchObject({
    status: "paused",
    pause: { kind: "rights", causes: [cause("recorded", { text: "They have left." })] },
  });
});

test("a server that is away ends no turn; one that answers and shows no relay any more does, when every deadline is over", async () => {
  const small = await twoRelays();
  await small.look();
  await small.dispatch();
  await small.look();
  await small.look();
  small.setRelay("r1", false);
  await small.look();
  for (let i = 0; i < 10; i += 1) {
    await small.clock.advance(60 * MINUTE);
    await small.blind();
  }
  await small.look();
  await small.watch(28 * MINUTE);
  await small.watch(40 * MINUTE, "without relays");
  expect(small.turnOf("prod-2")).toMatchObject({ relay: { id: "r1" } });
  await small.watch(10 * MINUTE, "without relays");
  expect(small.projections.rollouts.get("prod-2")?.relayWork.ended).toMatchObject([{ outcome: "unseen" }]);
});

test.each([3 * 60 * 60_000, -3 * 60 * 60_000])(
  "a wall clock that is set %i ms on ends no turn, and keeps none for longer",
  async (jump) => {
    const small = await twoRelays();
    for (let i = 0; i < 3; i += 1) await small.look();
    small.setRelay("r1", false);
    await small.look();
    expect(small.turnOf("prod-2")?.begunAt).toBeDefined();
    small.clock.jump(jump);
    await small.look();
    await small.watch(29 * MINUTE);
    expect(small.turnOf("prod-2")).toBeDefined();
    await small.watch(MINUTE);
    expect(small.projections.rollouts.get("prod-2")?.relayWork.ended[0]?.outcome).toBe("never-back");
  },
);

test("a freeze gives the turn back before anybody is asked", async () => {
  const small = await twoRelays();
  await small.look();
  await small.write("server.prod", {
    type: "server.frozen",
    data: { by: "U0BOB", serverUser: { id: "b", name: "bob" }, reason: "audit", until: null },
  });
  await small.look();
  expect(small.turns()).toEqual([]);
});

describe("reading the owner's rights", () => {
  test("keeps nobody from looking, is done by one at a time, and its answer counts at the next reading", async () => {
    const answers: (() => void)[] = [];
    const small = await twoRelays(() => new Promise((resolve) => answers.push(() => resolve(undefined))));
    for (let i = 0; i < 4; i += 1) await small.look();
    expect([answers.length, small.turnOf("prod-2")?.asked]).toEqual([1, undefined]);
    answers[0]?.();
    await small.look();
    expect(small.turnOf("prod-2")?.asked).toBeDefined();
  });

  test.each([
    ["throws each time", () => Promise.reject(new ServerError("unreachable", "No answer.", undefined)), 1],
    ["never answers", () => new Promise<undefined>(() => {}), 0],
    ["breaks", () => Promise.reject(new Error("a defect")), 0],
  ] as const)("that %s ends the turn at its deadline, and is logged once", async (_what, authorizeOwner, lines) => {
    const small = await twoRelays(authorizeOwner);
    for (let i = 0; i < 8; i += 1) await small.look();
    expect(small.turnOf("prod-2")).toMatchObject({ relay: { id: "r1" }, asked: undefined });
    expect(small.said.filter((line) => line.startsWith("a relay's turn waits"))).toHaveLength(lines);
    await small.watch(120 * MINUTE);
    await small.look();
    expect(small.projections.rollouts.get("prod-2")?.relayWork.ended).toMatchObject([
      { outcome: "blocked", detail: cause("owner-rights-unread") },
    ]);
  });

  test("ends when Drydock stops", async () => {
    const signals: AbortSignal[] = [];
    const small = await twoRelays((_site, _rollout, _behind, signal) => {
      signals.push(signal);
      return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    });
    await small.look();
    await small.look();
    small.stop();
    await small.look();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(small.turnOf("prod-2")?.asked).toBeUndefined();
  });

  test("of a former owner counts for nothing: those of the new one are read", async () => {
    const why = cause("recorded", { text: "They have left." });
    const small = await twoRelays(async (_server, { owner }) => (owner === "U0ALICE" ? why : undefined));
    await small.look();
    await small.look();
    const data = { by: "U0BOB", serverUser: { id: "u-bob", name: "bob" }, from: "U0ALICE" };
    await small.write("rollout.prod-2", { type: "rollout.handed-over", data });
    for (let i = 0; i < 3; i += 1) await small.look();
    expect(small.projections.rollouts.get("prod-2")).toMatchObject({ status: "running", owner: "U0BOB" });
    expect(small.turnOf("prod-2")?.asked).toBeDefined();
  });

  test("is not taken from before the server was away", async () => {
    let asked = 0;
    const small = await twoRelays(async () => {
      asked += 1;
      return undefined;
    });
    await small.look();
    await small.look();
    await small.blind();
    await small.look();
    expect([asked, small.turnOf("prod-2")?.asked]).toEqual([2, undefined]);
    await small.look();
    expect(small.turnOf("prod-2")?.asked).toBeDefined();
  });
});

test("a server that does not tell its version still shows its relays", async () => {
  const small = await twoRelays();
  small.server.urbancode.version = () => Promise.reject(new ServerError("failing", "Broken.", 500));
  for (let i = 0; i < 3; i += 1) await small.look();
  expect(small.turnOf("prod-2")?.asked).toMatchObject({ serverVersion: null, from: OLD });
  expect(small.said).toHaveLength(1);
});
