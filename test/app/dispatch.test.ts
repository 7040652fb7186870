import { expect, test } from "vitest";
import { createDispatcher } from "../../src/app/rollouts/dispatch.ts";
import type { UpgradeFact } from "../../src/domain/upgrades/upgrade-facts.ts";
import { smallSite } from "../support/small-site.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const MINUTE = 60_000;
const AGENTS = ["a", "b", "c", "d"].map((id) => plannedAgent(id));

async function dispatching(canary: number | null, agents = AGENTS) {
  const site = await smallSite(planOf(agents, { canary }));
  const dispatcher = createDispatcher({ ...site, openSlots: () => 10, isHalted: () => false });
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

test.each([
  ["back", -3_653_000],
  ["forward", 3_653_000],
])("a retry waits for its own pause if the wall clock is set %s meanwhile", async (_way, jump) => {
  const site = await dispatching(null);
  await site.begins();
  for (const { id } of AGENTS) await site.attempt(id, 1, failed);
  const notBefore = site.clock.now() + 2 * MINUTE;
  await site.write("rollout.prod-1", {
    type: "rollout.retried",
    data: { by: "U", serverUser: { id: "u", name: "u" }, cause: null, agents: [{ id: "a", attempt: 2, notBefore }] },
  });
  expect(await site.begins()).toEqual([]);
  site.clock.jump(jump);
  await site.clock.advance(MINUTE);
  expect(await site.begins()).toEqual([]);
  await site.clock.advance(MINUTE);
  expect(await site.begins()).toEqual(["prod-1.a.2"]);
});

test("nobody waits for longer than a pause for a retry that the ledger has from before the clock was set back", async () => {
  const site = await dispatching(null);
  await site.begins();
  for (const { id } of AGENTS) await site.attempt(id, 1, failed);
  const notBefore = site.clock.now() + 2 * MINUTE + 3_653_000;
  await site.write("rollout.prod-1", {
    type: "rollout.retried",
    data: { by: "U", serverUser: { id: "u", name: "u" }, cause: null, agents: [{ id: "a", attempt: 2, notBefore }] },
  });
  expect(await site.begins()).toEqual([]);
  await site.clock.advance(Math.max(...site.site.policy.retryPauses));
  expect(await site.begins()).toEqual(["prod-1.a.2"]);
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
