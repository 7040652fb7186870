import { describe, expect, test } from "vitest";
import type { Agent } from "../../src/core/agent.ts";
import { lineText } from "../../src/core/view.ts";
import { blockedAt, phraseOf } from "../../src/gates/index.ts";
import { ServerError, type UrbanCode } from "../../src/model/deploy-server.ts";
import { DEFAULT_LIMITS } from "../../src/model/server/limits.ts";
import { DEFAULT_DEADLINES } from "../../src/model/upgrade/deadlines.ts";
import { createFleet } from "../../src/servers/fleet.ts";
import type { ManagedServer } from "../../src/servers/managed-server.ts";
import { createSameServers } from "../../src/servers/same-servers.ts";
import { serverSituation } from "../support/gate-situations.ts";
import { manualClock } from "../support/manual-clock.ts";
import { policyWith } from "../support/policy.ts";
import { keepLog } from "../support/silent-log.ts";

interface Told {
  readonly ids: readonly string[];
  readonly url?: string;
  readonly clone?: boolean;
  /** What it answers to the list, or to the question for its address, in place of an answer. */
  away?: ServerError | undefined;
  hush?: ServerError | undefined;
}

const AWAY = new ServerError("unreachable", "no answer");
const agentOf = (id: string): Agent => ({
  id,
  name: id,
  status: "online",
  version: "1",
  active: true,
  tags: [],
  relayId: undefined,
});

async function compared(told: Readonly<Record<string, Told>>) {
  const clock = manualClock();
  const log = keepLog();
  const servers = new Map(
    Object.entries(told).map(([name, server]) => {
      const urbancode = {
        async list() {
          if (server.away) throw server.away;
          return server.ids.map(agentOf);
        },
        async settings() {
          if (server.hush) throw server.hush;
          return { maintenance: undefined, inactiveLinks: undefined, externalUrl: server.url };
        },
      } as unknown as UrbanCode;
      const managed: ManagedServer = {
        name,
        url: `https://${name}.example.com`,
        ...(server.clone ? { clone: true } : {}),
        policy: policyWith({ server: name }),
        deadlines: DEFAULT_DEADLINES,
        limits: DEFAULT_LIMITS,
        watch: { inFlight: 1_000, fleet: 30_000, idle: null, tick: 5_000 },
        urbancode,
        fleet: createFleet(urbancode, { clock }),
      };
      return [name, managed];
    }),
  );
  let ready = 0;
  const same = createSameServers({ servers, clock, log });
  same.onCompared(() => (ready += 1));
  const serverOf = (name: string) => servers.get(name) as ManagedServer;
  await clock.advance(0);
  return {
    clock,
    log,
    same,
    serverOf,
    ready: () => ready,
    blocked(name: string) {
      const situation = serverSituation({ server: name, otherName: same.otherNameOf(serverOf(name)) });
      return blockedAt("dispatch", "server", situation, policyWith()).map((found) => lineText(phraseOf(found)))[0];
    },
  };
}

describe("two configured servers", () => {
  test("with agents in common are one: nothing begins on either, and people read why", async () => {
    const { blocked, log, same, serverOf } = await compared({
      prod: { ids: ["a", "b"] },
      live: { ids: ["b", "c"] },
      stage: { ids: ["x"] },
    });
    expect(blocked("prod")).toMatch(/Nothing begins on prod: it is the same server as live, because they have 1 agent/);
    expect(blocked("live")).toMatch(/Nothing begins on live: it is the same server as prod/);
    expect(blocked("stage")).toBeUndefined();
    const said = () => log.said.filter((line) => line.startsWith("two configured servers are the same")).length;
    expect(said()).toBe(1);
    // Their lists are read every few seconds, and it is logged once.
    for (const name of ["prod", "live", "prod"]) same.listed(serverOf(name), [{ id: "b" } as Agent]);
    expect(said()).toBe(1);
  });

  test("that call themselves by one address are one, however it is written", async () => {
    const { blocked } = await compared({
      prod: { ids: ["a"], url: "https://deploy.example.com" },
      live: { ids: ["b"], url: "https://Deploy.example.com.:443/" },
    });
    for (const name of ["prod", "live"])
      expect(blocked(name)).toContain("both call themselves https://deploy.example.com");
  });

  test("of which one is a clone are two", async () => {
    const { blocked } = await compared({
      prod: { ids: ["a"], url: "https://d" },
      copy: { ids: ["a"], url: "https://d", clone: true },
    });
    expect([blocked("prod"), blocked("copy")]).toEqual([undefined, undefined]);
  });

  test("three of one kind are all found", async () => {
    const { blocked } = await compared({ a: { ids: ["1"] }, b: { ids: ["1"] }, c: { ids: ["1"] } });
    for (const name of ["a", "b", "c"]) expect(blocked(name)).toContain("the same server");
  });

  test("an address that is the same on every host says nothing", async () => {
    const url = "https://localhost:8443";
    const { blocked } = await compared({ prod: { ids: ["a"], url }, stage: { ids: ["b"], url } });
    expect([blocked("prod"), blocked("stage")]).toEqual([undefined, undefined]);
  });
});

describe("a server that does not answer", () => {
  test("holds up itself and no other, and is compared as soon as it does", async () => {
    const dead: Told = { ids: ["a"], away: AWAY };
    const { blocked, clock, ready } = await compared({ prod: { ids: ["a"] }, dead });
    expect(blocked("prod")).toBeUndefined();
    expect(blocked("dead")).toMatch(/does not know yet/);
    await clock.advance(60_000);
    expect(blocked("dead")).toMatch(/does not know yet/);
    dead.away = undefined;
    await clock.advance(10_000);
    for (const name of ["prod", "dead"]) expect(blocked(name)).toContain("the same server");
    expect(ready()).toBe(2);
  });

  test("to the question for its address is compared by its agents, and asked again", async () => {
    const quiet: Told = { ids: ["b"], url: "https://d", hush: AWAY };
    const { blocked, clock } = await compared({ prod: { ids: ["a"], url: "https://d" }, quiet });
    expect([blocked("prod"), blocked("quiet")]).toEqual([undefined, undefined]);
    quiet.hush = undefined;
    await clock.advance(40_000);
    expect(blocked("prod")).toContain("both call themselves");
  });

  test("that one which tells no address for lack of a right is asked no more", async () => {
    const quiet: Told = { ids: ["b"], url: "https://d", hush: new ServerError("denied", "400", 400) };
    const { blocked, clock } = await compared({ prod: { ids: ["a"], url: "https://d" }, quiet });
    quiet.hush = undefined;
    await clock.advance(120_000);
    expect(blocked("prod")).toBeUndefined();
  });
});

test("agents that turn up in both later on are noticed with the next list", async () => {
  const { blocked, same, serverOf } = await compared({ prod: { ids: ["a"] }, live: { ids: ["b"] } });
  expect(blocked("prod")).toBeUndefined();
  same.listed(serverOf("live"), [agentOf("a")]);
  for (const name of ["prod", "live"]) expect(blocked(name)).toContain("the same server");
});

test("a single server is asked nothing", async () => {
  const { blocked, ready } = await compared({ prod: { ids: ["a"], away: AWAY } });
  expect([blocked("prod"), ready()]).toEqual([undefined, 0]);
});
