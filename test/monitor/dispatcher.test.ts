import { expect, test } from "vitest";
import { cause } from "../../src/core/cause.ts";
import type { UpgradeEvent } from "../../src/model/upgrade/upgrade-events.ts";
import { createDispatcher } from "../../src/monitor/dispatcher.ts";
import { smallServer } from "../support/small-server.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const MINUTE = 60_000;
const AGENTS = ["a", "b", "c", "d"].map((id) => plannedAgent(id));

async function dispatching(
  canary: number | null,
  agents = AGENTS,
  given: Partial<Parameters<typeof createDispatcher>[0]> = {},
) {
  const small = await smallServer(planOf(agents, { canary }));
  const dispatcher = createDispatcher({ ...small, openSlots: () => 10, ...given });
  async function attempt(id: string, n: number, ...events: readonly UpgradeEvent[]): Promise<void> {
    const data = { rollout: "prod-1", server: "prod", agent: { id, name: id }, attempt: n, from: "6.2.7.1.1" };
    await small.write(`upgrade.prod-1.${id}.${n}`, { type: "upgrade.intended", data }, ...events);
    dispatcher.returned(`prod-1.${id}.${n}`);
  }
  /** What begins now that has not begun before. */
  async function begins(): Promise<readonly string[]> {
    const before = small.submitted.length;
    await dispatcher.run(small.server);
    return small.submitted.slice(before);
  }
  /** Begins with each agent, and each fails. */
  async function failAll(): Promise<void> {
    await begins();
    for (const { id } of agents) await attempt(id, 1, failed);
  }
  /** A person asks for another attempt of these in two minutes. @param ahead by how much the wall clock is ahead meanwhile, in ms. */
  async function retry(ids: readonly string[], ahead = 0): Promise<void> {
    const notBefore = small.clock.now() + 2 * MINUTE + ahead;
    const retried = ids.map((id) => ({ id, attempt: 2, notBefore }));
    const data = { by: "U", serverUser: { id: "u", name: "u" }, cause: null, agents: retried };
    await small.write("rollout.prod-1", { type: "rollout.retried", data });
  }
  return { ...small, attempt, begins, failAll, retry };
}

const verified: UpgradeEvent = {
  type: "upgrade.outcome",
  data: { outcome: "verified", detail: null, holdsSlot: false },
};
const failed: UpgradeEvent = { type: "upgrade.outcome", data: { outcome: "back-old", detail: null, holdsSlot: false } };

test("the rest waits for the canaries, and begins once they have passed", async () => {
  const small = await dispatching(2);
  expect(await small.begins()).toEqual(["prod-1.a.1", "prod-1.b.1"]);
  await small.attempt("a", 1, verified, { type: "upgrade.closed", data: {} });
  await small.attempt("b", 1, verified);
  expect(await small.begins()).toEqual([]);
  await small.write("rollout.prod-1", { type: "canary.passed", data: { canaries: 2 } });
  expect(await small.begins()).toEqual(["prod-1.c.1", "prod-1.d.1"]);
});

test("a canary that is skipped makes room for the next agent", async () => {
  const small = await dispatching(1);
  expect(await small.begins()).toEqual(["prod-1.a.1"]);
  const data = {
    rollout: "prod-1",
    server: "prod",
    agent: { id: "a", name: "a" },
    attempt: 1,
    from: null,
    why: cause("inactive"),
  };
  await small.write("upgrade.prod-1.a.1", { type: "upgrade.skipped", data });
  expect(await small.begins()).toEqual(["prod-1.b.1"]);
});

test.each([
  ["back", -3_653_000],
  ["forward", 3_653_000],
])("a retry waits for its own pause if the wall clock is set %s meanwhile", async (_way, jump) => {
  const small = await dispatching(null);
  await small.failAll();
  await small.retry(["a"]);
  expect(await small.begins()).toEqual([]);
  small.clock.jump(jump);
  await small.clock.advance(MINUTE);
  expect(await small.begins()).toEqual([]);
  await small.clock.advance(MINUTE);
  expect(await small.begins()).toEqual(["prod-1.a.2"]);
});

test("while all slots are taken no agent is looked at, and the pause of a retry passes all the same", async () => {
  let open = 10;
  const looked: string[] = [];
  const deploymentSeen = (_server: unknown, id: string) => void looked.push(id);
  const small = await dispatching(null, AGENTS, { openSlots: () => open, deploymentSeen });
  await small.failAll();
  await small.retry(["a"]);
  [open, looked.length] = [0, 0];
  expect(await small.begins()).toEqual([]);
  expect(looked).toEqual([]);
  small.clock.jump(-3_653_000);
  await small.clock.advance(2 * MINUTE);
  open = 10;
  expect(await small.begins()).toEqual(["prod-1.a.2"]);
});

test("nobody waits for longer than a pause for a retry that the ledger has from before the clock was set back", async () => {
  const small = await dispatching(null);
  await small.failAll();
  await small.retry(["a"], 3_653_000);
  expect(await small.begins()).toEqual([]);
  await small.clock.advance(Math.max(...small.server.policy.retryPauses));
  expect(await small.begins()).toEqual(["prod-1.a.2"]);
});

test("a retry begins when its pause is over, once, and not where the agent has come back meanwhile", async () => {
  const small = await dispatching(null);
  await small.failAll();
  await small.retry(["a", "b", "c"]);
  expect(await small.begins()).toEqual([]);
  await small.write("upgrade.prod-1.b.1", {
    type: "upgrade.corrected",
    data: { outcome: "verified", detail: cause("at-version", { version: "7.1.2.3.4" }) },
  });
  await small.clock.advance(2 * MINUTE);
  expect(await small.begins()).toEqual(["prod-1.a.2", "prod-1.c.2"]);
  expect(await small.begins()).toEqual([]);
  await small.attempt("a", 2, failed);
  expect(await small.begins()).toEqual([]);
});

test("a retry of an agent that others upgrade waits until they are done", async () => {
  const small = await dispatching(null);
  await small.failAll();
  await small.retry(["a"]);
  await small.write("server.prod", { type: "elsewhere.started", data: { agents: [{ id: "a", name: "a" }] } });
  expect(await small.begins()).toEqual([]);
  await small.clock.advance(2 * MINUTE);
  expect(await small.begins()).toEqual([]);
  await small.write("server.prod", { type: "elsewhere.over", data: { agents: ["a"] } });
  expect(await small.begins()).toEqual(["prod-1.a.2"]);
});
