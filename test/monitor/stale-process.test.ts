import { expect, test } from "vitest";
import { openMemoryLedger } from "../../src/adapters/memory/memory-ledger.ts";
import { createRunner } from "../../src/monitor/runner.ts";
import { type Change, onUpgrade } from "../../src/projections/change.ts";
import { openProjections } from "../../src/projections/projections.ts";
import { systemRandom } from "../../src/system.ts";
import { keepLog } from "../support/silent-log.ts";
import { smallServer } from "../support/small-server.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const others = Array.from({ length: 10 }, (_, i): Change => {
  const agent = { id: `x${i}`, name: `x${i}` };
  const data = { rollout: "prod-9", server: "prod", agent, attempt: 1, from: "6" };
  return onUpgrade(`prod-9.x${i}.1`, [{ type: "upgrade.intended", data }]);
});
const stop: Change = {
  stream: "rollout.prod-1",
  actor: "U0ALICE",
  events: [{ type: "rollout.stopped", data: { by: "U0ALICE" } }],
};

test.each([
  ["stopped the rollout", [stop], []],
  ["has ten in flight", others, []],
  ["has nine in flight", others.slice(1), ["a"]],
])("a process that does not know yet that another one %s asks only for what may begin", async (_what, wrote, asked) => {
  const ledger = openMemoryLedger();
  const small = await smallServer(planOf([plannedAgent("a")]), {}, ledger);
  const other = await openProjections(ledger, { clock: small.clock, random: systemRandom });
  await other.change(() => wrote);
  const run = createRunner({
    ...small,
    servers: new Map([["prod", small.server]]),
    log: keepLog(),
    onServerTrouble: () => {},
    isExternal: async () => false,
  });
  const leave = new AbortController();
  const turn = run("prod-1.a.1", leave.signal);
  // What it has asked for holds a slot until the process leaves. Otherwise its turn ends by itself.
  if (asked.length > 0) {
    await expect.poll(() => small.triggered).toEqual(asked);
    leave.abort();
  }
  await turn;
  expect(small.triggered).toEqual(asked);
});
