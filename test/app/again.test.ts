import { expect, test } from "vitest";
import { createRunner } from "../../src/app/rollouts/run-upgrade.ts";
import type { UrbanCode } from "../../src/app/urbancode.ts";
import type { UpgradeFact } from "../../src/domain/upgrades/upgrade-facts.ts";
import { keepLog } from "../support/silent-log.ts";
import { smallSite } from "../support/small-site.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const NEW = "7.1.2.3.4";
const MINUTE = 60_000;

/** One agent whose first attempt has ended like this, with a runner for the next one. */
async function afterFirst(...facts: readonly UpgradeFact[]) {
  const site = await smallSite(planOf([plannedAgent("a")]));
  const { board, clock, identities } = site;
  const run = createRunner({
    board,
    sites: new Map([["prod", site.site]]),
    identities,
    clock,
    log: keepLog(),
    onServerTrouble: () => {},
    isHalted: () => false,
    tokens: { of: async () => undefined },
    isElsewhere: async () => false,
  });
  const data = { rollout: "prod-1", server: "prod", agent: { id: "a", name: "a" }, attempt: 1, from: "6.2.7.1.1" };
  await site.write("upgrade.prod-1.a.1", { type: "upgrade.intended", data }, ...facts);
  return { ...site, run: (attempt: number) => run(`prod-1.a.${attempt}`, new AbortController().signal) };
}

const unknown: UpgradeFact = { type: "upgrade.outcome", data: { outcome: "unknown", detail: "", holdsSlot: false } };
const failed: UpgradeFact = { type: "upgrade.outcome", data: { outcome: "back-old", detail: "", holdsSlot: false } };

async function askAgain(site: Awaited<ReturnType<typeof afterFirst>>) {
  await site.write("rollout.prod-1", {
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
  const site = await afterFirst(unknown);
  site.show("a", "online", NEW);
  await site.run(2);
  expect(site.board.upgrade("prod-1.a.1")?.outcome).toMatchObject({ kind: "verified", detail: NEW });
  expect(site.board.upgrade("prod-1.a.2")).toBeUndefined();
  expect(site.triggered).toEqual([]);
});

test("or the agent is away just then: the first attempt is watched on, not skipped over", async () => {
  const site = await afterFirst(unknown);
  site.show("a", "offline");
  await site.run(2);
  expect(site.board.upgrade("prod-1.a.1")).toMatchObject({ closed: false, downSince: site.clock.now() });
  expect(site.board.upgrade("prod-1.a.2")).toBeUndefined();
});

test("a retry of an agent that came back by itself does not begin, and the agent counts as upgraded", async () => {
  const site = await afterFirst(failed);
  await askAgain(site);
  site.show("a", "online", NEW);
  await site.run(2);
  expect(site.board.upgrade("prod-1.a.1")?.outcome?.kind).toBe("verified");
  expect(site.triggered).toEqual([]);
});

test("a retry that cannot begin leaves the failure what it was, and says why", async () => {
  const site = await afterFirst(failed);
  await askAgain(site);
  site.show("a", "offline");
  await site.run(2);
  expect(site.board.upgrade("prod-1.a.1")).toMatchObject({ closed: false, outcome: { kind: "back-old" } });
  expect(site.rollout().steering.retries.get("a")?.dropped).toBe("offline just before its turn");
  expect(site.board.upgrade("prod-1.a.2")).toBeUndefined();
});

test("an answer that comes later than the proof does not turn it into a failure", async () => {
  const site = await afterFirst(failed);
  await askAgain(site);
  site.answerTriggers(async () => {
    // The server is slow to refuse, and meanwhile somebody sees the agent upgraded.
    await site.write("upgrade.prod-1.a.2", {
      type: "upgrade.outcome",
      data: { outcome: "verified", detail: NEW, holdsSlot: false },
    });
    return { kind: "refused", status: 409, text: "409 busy" };
  });
  await site.run(2);
  expect(site.triggered).toEqual(["a"]);
  expect(site.board.upgrade("prod-1.a.2")?.outcome?.kind).toBe("verified");
});

test("between a failure that is too many and the next request nothing slips through", async () => {
  const site = await afterFirst();
  const plan = planOf(["a", "b", "c", "d", "e", "f", "g"].map((id) => plannedAgent(id)));
  const serverUser = { id: "u", name: "alice" };
  await site.write("rollout.prod-2", {
    type: "rollout.started",
    data: { rollout: "prod-2", plan, owner: "U0ALICE", serverUser, channel: "C" },
  });
  const run = createRunner({
    board: site.board,
    sites: new Map([["prod", site.site]]),
    identities: site.identities,
    clock: site.clock,
    log: keepLog(),
    onServerTrouble: () => {},
    isHalted: () => false,
    tokens: { of: async () => undefined },
    isElsewhere: async () => false,
  });
  await site.clock.advance(MINUTE);
  for (const id of ["a", "b", "c", "d", "e"]) {
    const data = { rollout: "prod-2", server: "prod", agent: { id, name: id }, attempt: 1, from: "6.2.7.1.1" };
    await site.write(`upgrade.prod-2.${id}.1`, { type: "upgrade.intended", data }, failed);
  }
  // Nobody has paused the rollout yet: the last gate asks by itself.
  await run("prod-2.f.1", new AbortController().signal);
  expect(site.triggered).toEqual([]);
});

test("a request has ten seconds to leave; one that did not is written as unsent, and no trouble of the server's", async () => {
  const site = await smallSite(planOf([plannedAgent("a")]));
  const limits: unknown[] = [];
  const troubles: unknown[] = [];
  const urbancode: UrbanCode = {
    ...site.site.urbancode,
    async trigger(_agent, limit) {
      limits.push(limit);
      return { kind: "unsent", text: "too late", late: true };
    },
  };
  const run = createRunner({
    board: site.board,
    sites: new Map([["prod", { ...site.site, urbancode }]]),
    identities: site.identities,
    clock: site.clock,
    log: keepLog(),
    onServerTrouble: (...trouble) => void troubles.push(trouble),
    isHalted: () => false,
    tokens: { of: async () => undefined },
    isElsewhere: async () => false,
  });
  site.clock.jump(1_000_000);
  await run("prod-1.a.1", new AbortController().signal);
  expect(limits).toEqual([{ notAfter: site.clock.monotonic() + 10_000 }]);
  expect(site.board.upgrade("prod-1.a.1")?.outcome?.kind).toBe("unsent");
  expect(troubles).toEqual([]);
});
