import { expect, test } from "vitest";
import { ServerError } from "../../src/model/deploy-server.ts";
import { createRunner } from "../../src/monitor/runner.ts";
import { keepLog } from "../support/silent-log.ts";
import { smallServer } from "../support/small-server.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const IDS = ["a", "b"];
const AWAY = "prod answered 503.";

/** Two agents that wait for their turn, on a server that can fail at one thing and work at all others. */
async function waiting() {
  const small = await smallServer(planOf(IDS.map((id) => plannedAgent(id))));
  let fails: "role" | "info" | "none" = "none";
  let meanwhile = async () => {};
  let takes = { role: 0, deployments: 0 };
  const unless = async <T>(what: typeof fails, read: Promise<T>): Promise<T> => {
    if (fails === what) await meanwhile();
    if (fails === what) throw new ServerError("failing", AWAY, 503);
    return await read;
  };
  const after = async (ms: number) => {
    if (ms > 0) await small.clock.advance(ms);
  };
  const { urbancode } = small.server;
  const server = {
    ...small.server,
    urbancode: {
      ...urbancode,
      role: async (id: string) => {
        await after(takes.role);
        return await unless("role", urbancode.role(id));
      },
      info: (id: string) => unless("info", urbancode.info(id)),
    },
  };
  const troubles: ServerError[] = [];
  const run = createRunner({
    ...small,
    servers: new Map([["prod", server]]),
    log: keepLog(),
    onServerTrouble: (_site, error) => void troubles.push(error),
    isExternal: async () => false,
    deploymentOn: () => after(takes.deployments).then(() => undefined),
  });
  return {
    ...small,
    troubles,
    /** @param then what happens while it fails. */
    fail: (what: typeof fails, then = async () => {}) => {
      fails = what;
      meanwhile = then;
    },
    take: (given: typeof takes) => {
      takes = given;
    },
    /** Until it has come to nothing. */
    run: (id: string) => run(`prod-1.${id}.1`, new AbortController().signal),
    async look(id: string, times: number) {
      for (let i = 0; i < times; i += 1) {
        const leave = new AbortController();
        const turn = run(`prod-1.${id}.1`, leave.signal);
        await new Promise((resolve) => setImmediate(resolve));
        leave.abort();
        await turn;
      }
    },
    outcomeOf: (id: string) => small.projections.upgrade(`prod-1.${id}.1`)?.outcome?.kind,
  };
}

test("roles that cannot be read for long pause the rollout, and no agent is left out for it", async () => {
  const server = await waiting();
  server.fail("role");
  await server.look("a", 4);
  await server.look("b", 4);
  expect(server.rollout().status).toBe("running");
  expect(server.troubles).toHaveLength(8);
  await server.look("a", 1);
  expect(server.rollout()).toMatchObject({ status: "paused" });
  const causes = [{ code: "owner-unread", params: { trouble: { text: AWAY } } }];
  expect(server.rollout().pause).toMatchObject({ kind: "rights", causes });
  expect(IDS.map((id) => server.projections.upgrade(`prod-1.${id}.1`))).toEqual([undefined, undefined]);
  server.fail("none");
  const data = { by: "U0ALICE", serverUser: { id: "u", name: "alice" }, policy: server.server.policy };
  await server.write("rollout.prod-1", { type: "rollout.continued", data });
  await server.look("a", 1);
  expect(server.triggered).toEqual(["a"]);
});

test("only an agent that cannot be read itself is left out, and one that could be meanwhile begins anew", async () => {
  const server = await waiting();
  server.fail("info");
  await server.look("a", 4);
  server.fail("role");
  await server.look("a", 1);
  server.fail("info");
  await server.look("a", 4);
  expect(server.projections.upgrade("prod-1.a.1")).toBeUndefined();
  await server.look("a", 1);
  expect(server.outcomeOf("a")).toBe("skipped");
  expect([server.rollout().status, server.triggered]).toEqual(["running", []]);
});

test("answers that take 10 s only together pause the rollout as well, and it says why", async () => {
  const server = await waiting();
  server.take({ role: 4_000, deployments: 6_000 });
  for (let i = 0; i < 4; i += 1) await server.run("a");
  expect([server.rollout().status, server.troubles]).toEqual(["running", []]);
  await server.run("a");
  const causes = [{ code: "rights-too-slow", params: { server: "prod" } }];
  expect(server.rollout()).toMatchObject({ status: "paused", pause: { kind: "rights", causes } });
  expect(server.triggered).toEqual([]);
});

test("permissions of a former owner that cannot be read pause nothing once another person owns the rollout", async () => {
  const server = await waiting();
  server.fail("role");
  for (let i = 0; i < 4; i += 1) await server.run("a");
  const data = { by: "U0BOB", serverUser: { id: "u-bob", name: "bob" }, from: "U0ALICE" };
  server.fail("role", () => server.write("rollout.prod-1", { type: "rollout.handed-over", data }));
  await server.run("a");
  expect(server.rollout()).toMatchObject({ status: "running", owner: "U0BOB" });
});
