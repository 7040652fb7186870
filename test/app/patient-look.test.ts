import { expect, test } from "vitest";
import { createRunner } from "../../src/app/rollouts/run-upgrade.ts";
import { ServerError } from "../../src/app/urbancode.ts";
import { keepLog } from "../support/silent-log.ts";
import { smallSite } from "../support/small-site.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const IDS = ["a", "b"];
const AWAY = "prod answered 503.";

/** Two agents that wait for their turn, on a server that can fail at one thing and work at all others. */
async function waiting() {
  const small = await smallSite(planOf(IDS.map((id) => plannedAgent(id))));
  let fails: "role" | "info" | "none" = "none";
  const unless = async <T>(what: typeof fails, read: Promise<T>): Promise<T> => {
    if (fails === what) throw new ServerError("failing", AWAY, 503);
    return await read;
  };
  const { urbancode } = small.site;
  const site = {
    ...small.site,
    urbancode: {
      ...urbancode,
      role: (id: string) => unless("role", urbancode.role(id)),
      info: (id: string) => unless("info", urbancode.info(id)),
    },
  };
  const troubles: ServerError[] = [];
  const run = createRunner({
    ...small,
    sites: new Map([["prod", site]]),
    log: keepLog(),
    onServerTrouble: (_site, error) => void troubles.push(error),
    isHalted: () => false,
    tokens: { of: async () => undefined },
    isElsewhere: async () => false,
  });
  return {
    ...small,
    troubles,
    fail: (what: typeof fails) => {
      fails = what;
    },
    async look(id: string, times: number) {
      for (let i = 0; i < times; i += 1) {
        const leave = new AbortController();
        const turn = run(`prod-1.${id}.1`, leave.signal);
        await new Promise((resolve) => setImmediate(resolve));
        leave.abort();
        await turn;
      }
    },
    outcomeOf: (id: string) => small.board.upgrade(`prod-1.${id}.1`)?.outcome?.kind,
  };
}

test("roles that cannot be read for long pause the rollout, and no agent is left out for it", async () => {
  const site = await waiting();
  site.fail("role");
  await site.look("a", 4);
  await site.look("b", 4);
  expect(site.rollout().status).toBe("running");
  expect(site.troubles).toHaveLength(8);
  await site.look("a", 1);
  expect(site.rollout()).toMatchObject({ status: "paused" });
  const sentence = `Its owner cannot be vouched for: the server does not tell. ${AWAY}`;
  expect(site.rollout().pause).toMatchObject({ kind: "rights", sentence });
  expect(IDS.map((id) => site.board.upgrade(`prod-1.${id}.1`))).toEqual([undefined, undefined]);
  site.fail("none");
  const data = { by: "U0ALICE", serverUser: { id: "u", name: "alice" }, policy: site.site.policy };
  await site.write("rollout.prod-1", { type: "rollout.continued", data });
  await site.look("a", 1);
  expect(site.triggered).toEqual(["a"]);
});

test("only an agent that cannot be read itself is left out, and one that could be meanwhile begins anew", async () => {
  const site = await waiting();
  site.fail("info");
  await site.look("a", 4);
  site.fail("role");
  await site.look("a", 1);
  site.fail("info");
  await site.look("a", 4);
  expect(site.board.upgrade("prod-1.a.1")).toBeUndefined();
  await site.look("a", 1);
  expect(site.outcomeOf("a")).toBe("skipped");
  expect([site.rollout().status, site.triggered]).toEqual(["running", []]);
});
