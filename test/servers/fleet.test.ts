import { expect, test } from "vitest";
import type { UrbanCode } from "../../src/model/deploy-server.ts";
import { createFleet } from "../../src/servers/fleet.ts";
import { manualClock } from "../support/manual-clock.ts";
import { smallServer } from "../support/small-server.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const HOUR = 3_600_000;

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
