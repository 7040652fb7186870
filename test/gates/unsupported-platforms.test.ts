import { afterEach, describe, expect, test } from "vitest";
import { cause } from "../../src/core/cause.ts";
import { ServerError, type UrbanCode } from "../../src/model/deploy-server.ts";
import { lastLook } from "../../src/monitor/last-look.ts";
import { createOwnerReadings } from "../../src/monitor/owner-readings.ts";
import { createFleet } from "../../src/servers/fleet.ts";
import type { ManagedServer } from "../../src/servers/managed-server.ts";
import { manualClock } from "../support/manual-clock.ts";
import { openHouse, stopAll } from "../support/own-tokens.ts";
import { leftOut, namesIn, planFor } from "../support/planning.ts";

afterEach(stopAll);

const PROPERTY = "GET /cli/agentCLI/getProperty";
const FLEET = [
  { name: "mf-1", os: "z/OS" },
  { name: "mf-2", os: "OS/390" },
  { name: "web-1", os: "Linux" },
  { name: "web-2" },
];

type House = Awaited<ReturnType<typeof openHouse>>;

async function look(house: House, name: string) {
  const agent = house.deploy.fleet.find(name);
  if (!agent) throw new Error(`there is no ${name}`);
  await house.running("prod-1", "U0ALICE", "alice");
  const rollout = house.projections.rollouts.get("prod-1");
  if (!rollout) throw new Error("there is no rollout");
  const planned = { id: agent.id, name, status: "upgrade-required", version: agent.shown.version ?? null } as const;
  return lastLook(house.server, rollout, planned, { owners: createOwnerReadings(house), clock: house.clock }, true);
}

describe("agents that upgrade in their own way", () => {
  test("are left out of the plan by what their own property says; what says nothing is not", async () => {
    const house = await openHouse({ deploy: { agents: FLEET } });
    const result = await planFor(house);
    expect(namesIn(result)).toEqual(["web-1", "web-2"]);
    expect(leftOut(result)).toEqual(["mf-1: upgrades in its own way", "mf-2: upgrades in its own way"]);
    expect(result.unasked).toBe(0);
    expect(house.deploy.requests.get(PROPERTY)).toBe(4);
    // What was read a moment ago is known still, also to whoever starts.
    await planFor(house, [], new Set(house.deploy.fleet.agents.keys()));
    expect(house.deploy.requests.get(PROPERTY)).toBe(4);
  });

  test("do not count against --limit, and no more are asked than it takes", async () => {
    const many = Array.from({ length: 40 }, (_, i) => ({ name: `web-${i + 1}` }));
    const mainframes = FLEET.slice(0, 2).map((agent) => ({ ...agent, name: `a-${agent.name}` }));
    const house = await openHouse({ deploy: { agents: [...mainframes, ...many] } });
    const result = await planFor(house, ["--limit", "5"]);
    expect(namesIn(result)).toHaveLength(5);
    expect(house.deploy.requests.get(PROPERTY)).toBeLessThan(20);
  });

  test("of a large fleet the first 100 are asked, and the plan says how many are asked later", async () => {
    const agents = Array.from({ length: 120 }, (_, i) => ({ name: `web-${i + 1}`, os: "z/OS" }));
    const house = await openHouse({ deploy: { agents } });
    const result = await planFor(house);
    expect(result.plan.excluded).toHaveLength(100);
    expect([result.plan.agents.length, result.unasked]).toEqual([20, 20]);
    expect(house.deploy.requests.get(PROPERTY)).toBe(100);
  });

  test("are taken where the configuration names no system, and then nobody is asked", async () => {
    const house = await openHouse({ deploy: { agents: FLEET }, policy: { unsupportedPlatforms: { os: [] } } });
    expect(namesIn(await planFor(house))).toHaveLength(4);
    expect(await look(house, "mf-1")).toMatchObject({ kind: "go" });
    expect(house.deploy.requests.get(PROPERTY)).toBeUndefined();
  });

  test("are skipped with that reason before their trigger, where no plan has asked", async () => {
    const house = await openHouse({ deploy: { agents: FLEET } });
    expect(await look(house, "mf-2")).toMatchObject({
      kind: "skip",
      blocked: { cause: cause("unsupported-platform", { name: "OS/390" }) },
    });
    expect(await look(house, "web-1")).toMatchObject({ kind: "go" });
    expect(await look(house, "web-2")).toMatchObject({ kind: "go" });
  });

  test("a rule about versions holds before the trigger too", async () => {
    const never = [{ version: "<6.0", reason: "by hand" }];
    const house = await openHouse({ deploy: { agents: [{ name: "old", version: "5.0.1.1" }] }, policy: { never } });
    expect(leftOut(await planFor(house))).toEqual(["old: never list"]);
    expect(await look(house, "old")).toMatchObject({
      kind: "skip",
      blocked: { cause: cause("never-list", { reason: "by hand" }) },
    });
  });
});

describe("a server that does not answer about a host", () => {
  const trouble = new ServerError("unreachable", "prod gave no answer");

  async function answering(property: UrbanCode["property"]) {
    const house = await openHouse({ deploy: { agents: FLEET } });
    const urbancode: UrbanCode = { ...house.server.urbancode, property };
    const server: ManagedServer = { ...house.server, urbancode, fleet: createFleet(urbancode, house) };
    return { ...house, server };
  }

  test("gives no plan and no trigger: it is asked again", async () => {
    const house = await answering(() => Promise.reject(trouble));
    await expect(planFor(house)).rejects.toBe(trouble);
    expect(await look(house, "web-1")).toMatchObject({ kind: "unread", error: trouble });
  });

  test("and refuses each time is asked once for two plans, and again before the trigger", async () => {
    let asked = 0;
    const house = await answering(() => {
      asked += 1;
      return Promise.reject(new ServerError("denied", "prod answered 500."));
    });
    for (let i = 0; i < 2; i += 1) expect(namesIn(await planFor(house))).toHaveLength(4);
    expect(asked).toBe(4);
    expect(await look(house, "web-1")).toMatchObject({ kind: "go" });
    expect(asked).toBe(5);
  });
});

test("a property is read once for all who ask within six hours; a failed read is tried again", async () => {
  const clock = manualClock();
  const asked: string[] = [];
  let answer = () => Promise.resolve<string | undefined>("Linux");
  const property = (id: string, name: string) => {
    asked.push(`${id} ${name}`);
    return answer();
  };
  const fleet = createFleet({ property } as unknown as UrbanCode, { clock });
  expect(await Promise.all([fleet.property("a", "os"), fleet.property("a", "os")])).toEqual(["Linux", "Linux"]);
  await fleet.property("a", "java");
  await fleet.property("b", "os");
  await clock.advance(359 * 60_000);
  await fleet.property("a", "os");
  expect(asked).toEqual(["a os", "a java", "b os"]);
  await clock.advance(2 * 60_000);
  answer = () => Promise.reject(new Error("no"));
  await expect(fleet.property("a", "os")).rejects.toThrow("no");
  answer = () => Promise.resolve(undefined);
  expect(await fleet.property("a", "os")).toBeUndefined();
  expect(asked.slice(3)).toEqual(["a os", "a os"]);
});
