import { expect, test } from "vitest";
import { ServerError, type UrbanCode } from "../../src/model/deploy-server.ts";
import { createFleet } from "../../src/servers/fleet.ts";
import { createRelayNames } from "../../src/servers/relay-names.ts";
import { manualClock } from "../support/manual-clock.ts";
import { relayOf } from "../support/relays.ts";
import { smallServer } from "../support/small-server.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test("an agent's property is read once in a rollout of hours, and again after that", async () => {
  const { server } = await smallServer(planOf([plannedAgent("a")]));
  const clock = manualClock();
  let read = 0;
  const property: UrbanCode["property"] = async () => {
    read += 1;
    return "Linux";
  };
  const fleet = createFleet({ ...server.urbancode, property }, { clock });
  expect(await fleet.property("a", "sys.os.name")).toBe("Linux");
  await clock.advance(5 * HOUR);
  expect(await fleet.property("a", "sys.os.name")).toBe("Linux");
  expect(read).toBe(1);
  await clock.advance(2 * HOUR);
  await fleet.property("a", "sys.os.name");
  expect(read).toBe(2);
});

test("a refusal to read an agent's property counts as none for ten minutes, unless it is read fresh", async () => {
  const { server } = await smallServer(planOf([plannedAgent("a")]));
  const clock = manualClock();
  let read = 0;
  const property: UrbanCode["property"] = async () => {
    read += 1;
    if (read <= 2) throw new ServerError("denied", "prod answered 500.");
    return "z/OS";
  };
  const fleet = createFleet({ ...server.urbancode, property }, { clock });
  const system = (fresh?: boolean) => fleet.property("a", "sys.os.name", fresh);
  expect([await system(), await system(), read]).toEqual([undefined, undefined, 1]);
  await clock.advance(10 * MINUTE);
  expect([await system(), read]).toEqual([undefined, 2]);
  expect([await system(true), await system(), read]).toEqual(["z/OS", "z/OS", 3]);
});

test("people who ask for an agent's teams at once share one request, and a fresh reading has one of its own", async () => {
  const { server } = await smallServer(planOf([plannedAgent("a")]));
  let read = 0;
  const info: UrbanCode["info"] = (agentId) => {
    read += 1;
    return server.urbancode.info(agentId);
  };
  const fleet = createFleet({ ...server.urbancode, info }, { clock: manualClock() });
  const asked = Array.from({ length: 20 }, () => Promise.all([fleet.teams("a"), fleet.permissions("a")]));
  const fresh = fleet.teams("a", true);
  const [teams] = (await asked[0]) ?? [];
  for (const [same] of await Promise.all(asked)) expect(same).toEqual(teams);
  expect(await fresh).toEqual(teams);
  expect(read).toBe(2);
});

test("a request for an agent's teams that failed is not shared with people who ask later", async () => {
  const { server } = await smallServer(planOf([plannedAgent("a")]));
  let read = 0;
  const info: UrbanCode["info"] = async (agentId) => {
    read += 1;
    if (read === 1) throw new ServerError("failing", "prod answered 500.");
    return server.urbancode.info(agentId);
  };
  const fleet = createFleet({ ...server.urbancode, info }, { clock: manualClock() });
  const both = await Promise.allSettled([fleet.teams("a"), fleet.teams("a")]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await fleet.teams("a");
  expect(read).toBe(2);
});

test("a role is read once for all who look, and again after some seconds", async () => {
  const { server } = await smallServer(planOf([plannedAgent("a")]));
  const clock = manualClock();
  let read = 0;
  const role: UrbanCode["role"] = (id) => {
    read += 1;
    return server.urbancode.role(id);
  };
  const fleet = createFleet({ ...server.urbancode, role }, { clock });
  await Promise.all(Array.from({ length: 20 }, () => fleet.role("r")));
  expect(read).toBe(1);
  await clock.advance(5_000);
  await fleet.role("r");
  expect(read).toBe(2);
});

test("relays have their names again half a minute after a read that failed; a server that refuses is asked every ten minutes", async () => {
  const { server } = await smallServer(planOf([plannedAgent("a")]));
  const clock = manualClock();
  let read = 0;
  let fault: ServerError["fault"] | undefined = "failing";
  const relays: UrbanCode["relays"] = async () => {
    read += 1;
    if (fault) throw new ServerError(fault, "prod answered 500.");
    return [relayOf("r1", { name: "relay-east" })];
  };
  const names = createRelayNames({ clock });
  const fleet = createFleet({ ...server.urbancode, relays }, { clock });
  const name = async () => (await names.read({ ...server, fleet })).get("r1");
  expect([await name(), await name(), read]).toEqual([undefined, undefined, 1]);
  fault = undefined;
  await clock.advance(29_999);
  expect([await name(), read]).toEqual([undefined, 1]);
  await clock.advance(1);
  expect([await name(), read]).toEqual(["relay-east", 2]);
  fault = "failing";
  await clock.advance(10 * MINUTE);
  expect([await name(), read]).toEqual(["relay-east", 3]);
  await clock.advance(30_000);
  fault = "denied";
  expect([await name(), read]).toEqual(["relay-east", 4]);
  await clock.advance(10 * MINUTE - 1);
  expect([await name(), read]).toEqual(["relay-east", 4]);
});
