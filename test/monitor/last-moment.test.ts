import { expect, test } from "vitest";
import { openMemoryLedger } from "../../src/adapters/memory/memory-ledger.ts";
import { createRunner } from "../../src/monitor/runner.ts";
import { smallServer } from "../support/small-server.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

/** An agent's turn, from the last look to the request, and what happens after the look. */
async function turn(external = false) {
  const stored = openMemoryLedger();
  let busy = async () => {};
  const ledger: typeof stored = {
    ...stored,
    async turn(position, decide) {
      await busy();
      return await stored.turn(position, decide);
    },
  };
  const small = await smallServer(planOf([plannedAgent("a")]), {}, ledger);
  const leave = new AbortController();
  return {
    ...small,
    leave: async () => leave.abort(),
    /** The next write waits until this is done. */
    keep(task: typeof busy) {
      busy = () => {
        busy = async () => {};
        return task();
      };
    },
    /** What was asked to upgrade. */
    async run(afterLook: () => unknown): Promise<readonly string[]> {
      const run = createRunner({
        ...small,
        servers: new Map([["prod", small.server]]),
        onServerTrouble: () => {},
        isExternal: async () => external,
        deploymentOn: async () => void (await afterLook()),
      });
      // It ends as soon as nothing is requested, or the attempt's slot is free.
      small.answerTriggers(() => ({ kind: "refused", status: 409, text: "busy" }));
      await run("prod-1.a.1", leave.signal);
      return small.triggered;
    },
  };
}

type Turn = Awaited<ReturnType<typeof turn>>;

const intended = {
  type: "upgrade.intended",
  data: { rollout: "prod-1", server: "prod", agent: { id: "a", name: "a" }, attempt: 1, from: "6.2.7.1.1" },
} as const;
const over = { type: "upgrade.outcome", data: { outcome: "back-old", detail: null, holdsSlot: false } } as const;
const handedOver = {
  type: "rollout.handed-over",
  data: { by: "U0BOB", serverUser: { id: "u-bob", name: "bob" }, from: "U0ALICE" },
} as const;
const frozen = {
  type: "server.frozen",
  data: { by: "U0BOB", serverUser: { id: "u-bob", name: "bob" }, reason: "load tests", until: null },
} as const;
const paused = { type: "rollout.paused", data: { by: "U0BOB", kind: "person", causes: [] } } as const;

test.each<[string, (turn: Turn) => unknown, boolean]>([
  ["nothing", () => {}, true],
  ["another process, which begins the same attempt", ({ write }) => write("upgrade.prod-1.a.1", intended, over), false],
  ["another owner of the rollout", ({ write }) => write("rollout.prod-1", handedOver), false],
  ["a pause of the rollout", ({ write }) => write("rollout.prod-1", paused), false],
  ["a freeze of the server", ({ write }) => write("server.prod", frozen), false],
  ["word that this process must leave", ({ leave }) => leave(), false],
  ["a wait for the ledger of not quite 10 s", ({ keep, clock }) => keep(() => clock.advance(9_999)), true],
  ["a wait for the ledger of 10 s", ({ keep, clock }) => keep(() => clock.advance(10_000)), false],
  ["a wait for the ledger in which this process is told to leave", ({ keep, leave }) => keep(leave), false],
  [
    "a sleep of the machine in which its monotonic clock stands still",
    ({ clock }) => clock.sleep(60_000, "stands-still"),
    false,
  ],
])("between the last look and the request comes %s", async (_what, happens, begins) => {
  const here = await turn();
  expect(await here.run(() => happens(here))).toEqual(begins ? ["a"] : []);
});

test.each([
  ["is left to whoever else upgrades it", true, undefined],
  ["is left out", false, "skipped"],
])("an agent that is away just before its turn %s", async (_what, external, outcome) => {
  const here = await turn(external);
  here.show("a", "offline");
  expect(await here.run(() => {})).toEqual([]);
  expect(here.projections.upgrade("prod-1.a.1")?.outcome?.kind).toBe(outcome);
});
