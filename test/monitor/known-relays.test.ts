import { expect, test } from "vitest";
import type { UpgradeEvent } from "../../src/model/upgrade/upgrade-events.ts";
import { createDispatcher } from "../../src/monitor/dispatcher.ts";
import { createRunner } from "../../src/monitor/runner.ts";
import { smallServer } from "../support/small-server.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const FULL = ["a", "b", "c"].map((id) => ({ ...plannedAgent(id), relay: "r2" }));
const ASKED: UpgradeEvent = { type: "upgrade.triggered", data: { status: 200 } };
const DONE: UpgradeEvent = { type: "upgrade.outcome", data: { outcome: "verified", detail: null, holdsSlot: false } };

/** Three upgrades are in flight behind r2, as many as may be. The plan has `moved` behind r1, and it is behind r2 now. */
async function fullRelay() {
  const small = await smallServer(planOf([...FULL, plannedAgent("moved", { relay: "r1" })]));
  for (const { id, relay } of FULL) {
    const data = { rollout: "prod-1", server: "prod", agent: { id, name: id, relay }, attempt: 1, from: "6.2.7.1.1" };
    await small.write(`upgrade.prod-1.${id}.1`, { type: "upgrade.intended", data }, ASKED);
  }
  small.moveBehind("moved", "r2");
  const dispatcher = createDispatcher({ ...small, openSlots: () => 10 });
  const servers = new Map([["prod", small.server]]);
  const run = createRunner({ ...small, servers, onServerTrouble: () => {}, isExternal: async () => false });
  const leave = new AbortController();
  return {
    ...small,
    leave: () => leave.abort(),
    /** Whose turn it is, and lets each of them begin that still may. */
    async turn(): Promise<readonly string[]> {
      const before = small.submitted.length;
      await dispatcher.run(small.server);
      const ids = small.submitted.slice(before);
      for (const id of ids) void run(id, leave.signal).finally(() => dispatcher.returned(id));
      for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
      return ids;
    },
  };
}

test("an agent that moved since the plan counts behind the relay that the last look finds, and is not looked at in circles", async () => {
  const small = await fullRelay();
  expect(await small.turn()).toEqual(["prod-1.moved.1"]);
  expect(small.triggered).toEqual([]);
  expect(await small.turn()).toEqual([]);
  await small.write("upgrade.prod-1.a.1", DONE);
  expect(await small.turn()).toEqual(["prod-1.moved.1"]);
  expect(small.triggered).toEqual(["moved"]);
  expect(small.projections.upgrade("prod-1.moved.1")?.agent.relay).toBe("r2");
  small.leave();
});

test("it does not come to its turn if the list has shown that it moved, and one in flight counts where it is now", async () => {
  const small = await fullRelay();
  small.knownRelays.listed(await small.server.urbancode.list());
  expect(await small.turn()).toEqual([]);
  small.moveBehind("a", "r1");
  small.knownRelays.listed(await small.server.urbancode.list());
  expect(await small.turn()).toEqual(["prod-1.moved.1"]);
  expect(small.triggered).toEqual(["moved"]);
  small.leave();
});

test("a list that tells of no relay changes nothing: the plan's counts", async () => {
  const small = await fullRelay();
  const agents = await small.server.urbancode.list();
  small.knownRelays.listed(agents.map((agent) => ({ ...agent, relayId: undefined })));
  small.moveBehind("moved", "r1");
  expect(await small.turn()).toEqual(["prod-1.moved.1"]);
  expect(small.projections.upgrade("prod-1.moved.1")?.agent.relay).toBe("r1");
  small.leave();
});
