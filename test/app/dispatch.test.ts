import { describe, expect, test } from "vitest";
import { createDispatcher } from "../../src/app/rollouts/dispatch.ts";
import { createPoolWaits } from "../../src/app/rollouts/pool-waits.ts";
import { createPools } from "../../src/app/servers/pools.ts";
import type { UpgradeFact } from "../../src/domain/upgrades/upgrade-facts.ts";
import { keepLog } from "../support/silent-log.ts";
import { smallSite } from "../support/small-site.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const MINUTE = 60_000;
const AGENTS = ["a", "b", "c", "d"].map((id) => plannedAgent(id));

async function dispatching(canary: number | null, agents = AGENTS) {
  const site = await smallSite(planOf(agents, { canary }));
  const dispatcher = createDispatcher({
    ...site,
    openSlots: () => 10,
    isHalted: () => false,
    poolWaits: createPoolWaits(site),
  });
  async function attempt(id: string, n: number, ...facts: readonly UpgradeFact[]): Promise<void> {
    const data = { rollout: "prod-1", server: "prod", agent: { id, name: id }, attempt: n, from: "6.2.7.1.1" };
    await site.write(`upgrade.prod-1.${id}.${n}`, { type: "upgrade.intended", data }, ...facts);
    dispatcher.returned(`prod-1.${id}.${n}`);
  }
  /** What begins now that has not begun before. */
  async function begins(): Promise<readonly string[]> {
    const before = site.submitted.length;
    await dispatcher.run(site.site);
    return site.submitted.slice(before);
  }
  return { ...site, attempt, begins };
}

const verified: UpgradeFact = { type: "upgrade.outcome", data: { outcome: "verified", detail: "", holdsSlot: false } };
const failed: UpgradeFact = { type: "upgrade.outcome", data: { outcome: "back-old", detail: "", holdsSlot: false } };

test("the rest waits for the canaries, and begins once they have passed", async () => {
  const site = await dispatching(2);
  expect(await site.begins()).toEqual(["prod-1.a.1", "prod-1.b.1"]);
  await site.attempt("a", 1, verified, { type: "upgrade.closed", data: {} });
  await site.attempt("b", 1, verified);
  expect(await site.begins()).toEqual([]);
  await site.write("rollout.prod-1", { type: "canary.passed", data: { canaries: 2 } });
  expect(await site.begins()).toEqual(["prod-1.c.1", "prod-1.d.1"]);
});

test("a canary that is skipped makes room for the next agent", async () => {
  const site = await dispatching(1);
  expect(await site.begins()).toEqual(["prod-1.a.1"]);
  const data = { rollout: "prod-1", server: "prod", agent: { id: "a", name: "a" }, attempt: 1, from: null, reason: "" };
  await site.write("upgrade.prod-1.a.1", { type: "upgrade.skipped", data });
  expect(await site.begins()).toEqual(["prod-1.b.1"]);
});

test("in place of a canary that stood for a kind another of that kind begins, wherever it is in the plan", async () => {
  const aix = { os: "AIX" };
  const agents = [plannedAgent("a", { ...aix, canaryFor: "AIX" }), plannedAgent("b"), plannedAgent("c", aix)];
  const site = await dispatching(1, agents);
  expect(await site.begins()).toEqual(["prod-1.a.1"]);
  const data = { rollout: "prod-1", server: "prod", agent: { id: "a", name: "a" }, attempt: 1, from: null, reason: "" };
  await site.write("upgrade.prod-1.a.1", { type: "upgrade.skipped", data });
  expect(await site.begins()).toEqual(["prod-1.c.1"]);
  await site.write("rollout.prod-1", { type: "canary.passed", data: { canaries: 1 } });
  expect(await site.begins()).toEqual(["prod-1.b.1"]);
});

test("a retry begins when its pause is over, once, and not where the agent has come back meanwhile", async () => {
  const site = await dispatching(null);
  await site.begins();
  for (const { id } of AGENTS) await site.attempt(id, 1, failed);
  const notBefore = site.clock.now() + 2 * MINUTE;
  await site.write("rollout.prod-1", {
    type: "rollout.retried",
    data: {
      by: "U",
      serverUser: { id: "u", name: "u" },
      cause: null,
      agents: ["a", "b", "c"].map((id) => ({ id, attempt: 2, notBefore })),
    },
  });
  expect(await site.begins()).toEqual([]);
  await site.write("upgrade.prod-1.b.1", {
    type: "upgrade.corrected",
    data: { outcome: "verified", detail: "7.1.2.3.4" },
  });
  await site.clock.advance(2 * MINUTE);
  expect(await site.begins()).toEqual(["prod-1.a.2", "prod-1.c.2"]);
  expect(await site.begins()).toEqual([]);
  await site.attempt("a", 2, failed);
  expect(await site.begins()).toEqual([]);
});

/** The four agents, those that are offline among them, and the pools that they are in. */
async function withPools(
  pools: Readonly<Record<string, readonly string[]>>,
  offline: readonly string[] = [],
  includeLast = false,
) {
  const site = await smallSite(planOf(AGENTS, includeLast ? { includeLast } : {}));
  const fleet = AGENTS.map(({ id }) => ({
    id,
    name: id,
    status: offline.includes(id) ? ("offline" as const) : ("upgrade-required" as const),
    version: "6.2.7.1.1",
    active: true,
    tags: [],
    relayId: undefined,
  }));
  const listed = Object.entries(pools).map(([name, agentIds]) => ({ id: name, name, agentIds }));
  const reader = createPools({ name: "prod", pools: async () => listed }, { clock: site.clock, log: keepLog() });
  await reader.read();
  reader.look(fleet);
  const waits = createPoolWaits(site);
  const dispatcher = createDispatcher({ ...site, openSlots: () => 10, isHalted: () => false, poolWaits: waits });
  return {
    ...site,
    waits,
    reader,
    fleet,
    async begins(): Promise<readonly string[]> {
      const before = site.submitted.length;
      await dispatcher.run({ ...site.site, pools: reader });
      return site.submitted.slice(before);
    },
    async ends(id: string): Promise<void> {
      const data = { rollout: "prod-1", server: "prod", agent: { id, name: id }, attempt: 1, from: "6.2.7.1.1" };
      await site.write(`upgrade.prod-1.${id}.1`, { type: "upgrade.intended", data }, verified, {
        type: "upgrade.closed",
        data: {},
      });
      dispatcher.returned(`prod-1.${id}.1`);
    },
  };
}

describe("agent pools", () => {
  test("half of a pool at once, and others of the rollout meanwhile", async () => {
    const site = await withPools({ blue: ["a", "b"], green: ["c"] });
    // c is the only one of its pool: where it is planned all the same, it does not begin.
    expect(await site.begins()).toEqual(["prod-1.a.1", "prod-1.d.1"]);
    await site.ends("a");
    expect(await site.begins()).toEqual(["prod-1.b.1"]);
  });

  test("who waits for room is told with the reason, and is left out when it has not come for as long as an agent may be away", async () => {
    const site = await withPools({ blue: ["a", "b", "d"] }, ["d"]);
    expect(await site.begins()).toEqual(["prod-1.c.1"]);
    expect(site.waits.of("prod-1")).toBeUndefined();
    // d itself is offline: it waits too, and is skipped where its turn comes.
    await site.ends("c");
    expect(await site.begins()).toEqual([]);
    const wait = site.waits.of("prod-1");
    expect(wait?.agents.map(({ id, why }) => [id, why])).toEqual(
      ["a", "b", "d"].map((id) => [id, "1 of the 3 agents of pool blue is away"]),
    );
    expect(wait?.until).toBe(site.clock.now() + 30 * MINUTE);
    for (let minute = 0; minute < 30; minute += 1) {
      await site.clock.advance(MINUTE);
      site.reader.look(site.fleet);
      expect(await site.begins()).toEqual([]);
    }
    expect(site.board.attempts("prod-1", "a").at(-1)?.outcome).toMatchObject({
      kind: "skipped",
      detail: "1 of the 3 agents of pool blue is away",
    });
    expect(site.waits.of("prod-1")).toBeUndefined();
  });

  test("one at a time, where somebody wanted the last ones too", async () => {
    const site = await withPools({ blue: ["a", "b", "d"], green: ["c"] }, ["d"], true);
    expect(await site.begins()).toEqual(["prod-1.a.1", "prod-1.c.1"]);
    await site.ends("a");
    expect(await site.begins()).toEqual(["prod-1.b.1"]);
  });
});
