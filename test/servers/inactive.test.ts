import { afterEach, describe, expect, test } from "vitest";
import { cause } from "../../src/core/cause.ts";
import { droppedAgents, selectionOf } from "../../src/features/plan/plan-port.ts";
import { ServerError } from "../../src/model/deploy-server.ts";
import type { PlannedAgent } from "../../src/model/plan/plan.ts";
import { lastLook } from "../../src/monitor/last-look.ts";
import { listWatched } from "../../src/monitor/list-watched.ts";
import { createOwnerReadings } from "../../src/monitor/owner-readings.ts";
import { openHouse, stopAll } from "../support/own-tokens.ts";
import { leftOut, namesIn, planFor } from "../support/planning.ts";

afterEach(stopAll);

const FLEET = [
  { name: "web-1" },
  { name: "old-1", active: false },
  { name: "old-2", active: false, status: "OFFLINE" },
];
const BEFORE = "7.0.5.2.1050384";
const LIST = "GET /cli/agentCLI";

async function openAt(serverVersion: string, inactiveLinks: boolean) {
  const house = await openHouse({ deploy: { agents: FLEET, serverVersion } });
  house.deploy.conditions.inactiveLinks = inactiveLinks;
  return house;
}

type House = Awaited<ReturnType<typeof openHouse>>;

describe("--include-inactive", () => {
  test.each(["6.2.7.1.960390", BEFORE, "7.0.6.0.1"])(
    "on a server at %s that takes actions on them",
    async (version) => {
      const house = await openAt(version, true);
      const result = await planFor(house, ["--include-inactive", "--include-offline"]);
      expect(namesIn(result)).toEqual(["old-1", "web-1"]);
      expect(result.plan.agents.map(({ name, inactive }) => [name, inactive ?? false]).sort()).toEqual([
        ["old-1", true],
        ["web-1", false],
      ]);
      expect(result.plan.waiting?.map(({ name, inactive }) => [name, inactive])).toEqual([["old-2", true]]);
      expect(selectionOf(result.plan, house.server.policy).includeInactive).toBe(true);
    },
  );

  test("without it they are not in the list, and nothing is read for them", async () => {
    const house = await openAt(BEFORE, true);
    const result = await planFor(house);
    expect([namesIn(result), leftOut(result)]).toEqual([["web-1"], []]);
    expect(house.deploy.requests.get(LIST)).toBe(1);
    expect(house.deploy.requests.get("GET /cli/systemConfiguration")).toBeUndefined();
    expect(selectionOf(result.plan, house.server.policy).includeInactive).toBe(false);
  });

  test.each([
    [
      BEFORE,
      false,
      'prod allows no actions on inactive agents: its system setting Enable "Show Inactive" Links is off.',
    ],
    [
      "7.2.3.1.1150420",
      true,
      'prod is at 7.2.3.1.1150420. That version no longer has the setting Enable "Show Inactive" Links, so Drydock leaves inactive agents alone.',
    ],
  ])("on a server at %s where the setting is %s it says why not", async (version, links, sentence) => {
    const house = await openAt(version, links);
    await expect(planFor(house, ["--include-inactive"])).rejects.toThrow(sentence);
  });

  test("where the server does not tell, they are left alone; where it is away, that is said", async () => {
    const house = await openAt(BEFORE, true);
    const settings = (fault: "denied" | "unreachable") => () => Promise.reject(new ServerError(fault, "Told so."));
    const open = (fault: "denied" | "unreachable") => ({
      ...house,
      server: { ...house.server, fleet: { ...house.server.fleet, settings: settings(fault) } },
    });
    await expect(planFor(open("denied"), ["--include-inactive"])).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringMatching(
        /^Drydock's account cannot read on prod whether .* leaves inactive agents alone\..* Told so\.$/,
      ),
    });
    await expect(planFor(open("unreachable"), ["--include-inactive"])).rejects.toMatchObject({ name: "ServerError" });
  });

  test("where the setting was switched off since the plan, they drop out of it", async () => {
    const house = await openAt(BEFORE, true);
    const { plan } = await planFor(house, ["--include-inactive"]);
    house.deploy.conditions.inactiveLinks = false;
    const ids = new Set(plan.agents.map(({ id }) => id));
    const fresh = {
      ...house,
      server: { ...house.server, fleet: { ...house.server.fleet, settings: house.server.urbancode.settings } },
    };
    const again = await planFor(fresh, ["--include-inactive"], ids);
    expect(namesIn(again)).toEqual(["web-1"]);
    expect(droppedAgents(plan, again.plan)).toEqual([{ name: "old-1", why: cause("not-selected") }]);
  });
});

describe("just before its turn", () => {
  async function look(house: House, name: string, more: Partial<PlannedAgent>) {
    const agent = house.deploy.fleet.find(name);
    if (!agent) throw new Error(`there is no ${name}`);
    await house.running("prod-1", "U0ALICE", "alice");
    const rollout = house.projections.rollouts.get("prod-1");
    if (!rollout) throw new Error("there is no rollout");
    const version = agent.shown.version ?? null;
    return lastLook(
      house.server,
      rollout,
      { id: agent.id, name, status: "upgrade-required", version, ...more },
      { owners: createOwnerReadings(house), clock: house.clock },
      true,
    );
  }

  test("an inactive agent that was asked for as one goes, where the server takes it", async () => {
    const house = await openAt(BEFORE, true);
    expect(await look(house, "old-1", { inactive: true })).toMatchObject({ kind: "go" });
  });

  test("one that became inactive since, or whose server takes none any more, is skipped", async () => {
    const house = await openAt(BEFORE, false);
    expect(await look(house, "old-1", {})).toMatchObject({ kind: "skip", blocked: { cause: cause("inactive-now") } });
    expect(await look(house, "old-1", { inactive: true })).toMatchObject({
      kind: "skip",
      blocked: { cause: { code: "inactive-not-taken", params: { server: "prod", setting: "off" } } },
    });
  });
});

describe("the watch", () => {
  const signal = new AbortController().signal;
  const seen = async (house: House) =>
    (await listWatched(house.server, house.projections, signal)).map(({ name }) => name);

  async function roll(house: House, inactive: boolean): Promise<void> {
    const { plan } = await planFor(house, inactive ? ["--include-inactive"] : []);
    const serverUser = { id: "u-alice", name: "alice" };
    const data = { rollout: "prod-1", plan, owner: "U0ALICE", serverUser, channel: "C" };
    await house.projections.change(() => [
      { stream: "rollout.prod-1", actor: "x", events: [{ type: "rollout.started", data }] },
    ]);
  }

  test("sees inactive agents as long as one of them is in a rollout, and not for others", async () => {
    const house = await openAt(BEFORE, true);
    await roll(house, true);
    expect(await seen(house)).toEqual(["web-1", "old-1", "old-2"]);
    await house.projections.change(() => [
      { stream: "rollout.prod-1", actor: "x", events: [{ type: "rollout.ended", data: {} }] },
    ]);
    expect(await seen(house)).toEqual(["web-1"]);
    const other = await openAt(BEFORE, true);
    await roll(other, false);
    expect(await seen(other)).toEqual(["web-1"]);
  });

  test("a server that does not list them keeps nobody from the others; one that is away is away", async () => {
    const house = await openAt(BEFORE, true);
    await roll(house, true);
    const failing = (fault: "denied" | "unreachable") => {
      const listInactive = () => Promise.reject(new ServerError(fault, "no"));
      return { ...house, server: { ...house.server, urbancode: { ...house.server.urbancode, listInactive } } };
    };
    expect(await seen(failing("denied"))).toEqual(["web-1"]);
    await expect(seen(failing("unreachable"))).rejects.toMatchObject({ fault: "unreachable" });
  });
});
