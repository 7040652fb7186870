import { expect, test } from "vitest";
import { textOf } from "../../src/core/view.ts";
import { runs } from "../support/runs.ts";
import { showsEnd } from "../support/shows-end.ts";
import { BEGIN, disturbClock, disturbPut } from "./clock-faults.ts";
import { createWorld, startRollout, type World } from "./run.ts";
import { problemsOf } from "./schedule.ts";

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const SCHEDULES = runs(6, 3_000);

/** A rollout in which every agent does as it is told, and the clock does not. */
async function disturbed(seed: number): Promise<World> {
  const world = await createWorld(seed, { begin: BEGIN, calm: true, beforePut: disturbPut });
  await startRollout(world);
  for (let i = 0; i < 400; i += 1) {
    if (showsEnd(world.slack.text("prod-1/card")) && world.slack.text("prod-1/end")) break;
    if (i < 40 && world.random() < 0.2) disturbClock(world, Number.POSITIVE_INFINITY);
    await world.step(1 + Math.floor(world.random() * 10) * SECOND);
  }
  await world.step(60 * SECOND);
  return world;
}

test("a clock that jumps and a machine that sleeps fail no agent, pause nothing, and never let more than the slots in flight", {
  timeout: 600_000 + SCHEDULES * 1_000,
}, async () => {
  for (let seed = 1; seed <= SCHEDULES; seed += 1) {
    const world = await disturbed(seed);
    const events = await world.ledger.since(0, 1_000_000);
    const failed = events.flatMap((event) => {
      if (event.type === "rollout.paused") return [JSON.stringify(event.data.causes)];
      // A request that could not leave in time is asked again by itself.
      const fine = event.type !== "upgrade.outcome" || ["verified", "unsent"].includes(event.data.outcome);
      return fine ? [] : [`${event.stream}: ${event.data.outcome}`];
    });
    expect({ seed, problems: await problemsOf(world), failed }).toEqual({ seed, problems: [], failed: [] });
  }
});

test("a jump is said once in the thread of what is under way, and logged once", async () => {
  const world = await createWorld(7, { begin: BEGIN, calm: true, agents: 4 });
  await startRollout(world);
  await world.step(30 * SECOND);
  world.clock.jump(-3_653 * SECOND);
  for (let i = 0; i < 12; i += 1) await world.step(10 * SECOND);
  const said = world.slack.messages.filter(({ key }) => key.startsWith("prod-1/clock-"));
  expect(said).toHaveLength(1);
  expect(world.slack.text(said[0]?.key ?? "")).toContain("The clock of Drydock's machine was set back by 61 min.");
  expect(world.warnings.filter((message) => message.includes("clock"))).toHaveLength(1);
});

test("a clock that is set by less than time servers do is nobody's business", async () => {
  const world = await createWorld(7, { begin: BEGIN, calm: true, agents: 4 });
  await startRollout(world);
  for (let i = 0; i < 12; i += 1) {
    world.clock.jump(2 * SECOND);
    await world.step(10 * SECOND);
  }
  expect(world.slack.messages.filter(({ key }) => key.startsWith("prod-1/clock-"))).toEqual([]);
  expect(world.warnings.filter((message) => message.includes("clock"))).toEqual([]);
});

test("a clock that is set forward stops no rollout that is paused; a day of pause does", async () => {
  const world = await createWorld(7, { begin: BEGIN, calm: true, agents: 4 });
  await startRollout(world);
  await world.step(30 * SECOND);
  await world.say("pause prod-1");
  world.clock.jump(48 * HOUR);
  await world.step(60 * SECOND);
  const types = async () => (await world.ledger.read("rollout.prod-1")).map(({ type }) => type);
  expect(await types()).not.toContain("rollout.stopped");
  // A day of looks at the server every few seconds would take long, so the machine sleeps most of it.
  world.clock.sleep(23 * HOUR, "goes-on");
  await world.step(HOUR);
  expect(await types()).toContain("rollout.stopped");
});

test("what changes after the end is told, also if the clock was set back since", async () => {
  const world = await createWorld(5, { begin: BEGIN, calm: true, agents: 3 });
  const lost = world.server.agents.get("a1");
  if (!lost) throw new Error("there are three");
  lost.fault = "never-back";
  await startRollout(world);
  for (let i = 0; i < 100 && !world.slack.text("prod-1/end"); i += 1) await world.step(5 * SECOND);
  world.clock.jump(-3 * HOUR);
  lost.fault = "none";
  for (let i = 0; i < 24; i += 1) await world.step(5 * SECOND);
  expect(world.slack.text("prod-1/card")).toContain("all 3 upgraded");
  expect(world.slack.messages.filter(({ key }) => key.startsWith("prod-1/late-"))).toHaveLength(1);
});

test("a clock that is a month ahead for a while hides no rollout from the approvals that size requires", async () => {
  const approvers = { people: ["U0BOB"], usergroups: [], usergroupPermissions: [], roles: [] };
  const policy = { approvals: [{ above: 2, count: 1 }], approvers };
  const world = await createWorld(7, { begin: BEGIN, calm: true, agents: 4, policy });
  const plan = (names: string) => world.say(`upgrade-required --name ${names}`);
  await world.press(await plan("a0, a1"), "Start");
  for (let i = 0; i < 100 && !world.slack.text("prod-1/end"); i += 1) await world.step(5 * SECOND);
  const asksApproval = async () => expect(textOf(await plan("a2"))).toContain("Request approval");
  await asksApproval();
  world.clock.jump(30 * 24 * HOUR);
  await world.step(5 * SECOND);
  await asksApproval();
  world.clock.jump(-30 * 24 * HOUR);
  await world.step(5 * SECOND);
  await asksApproval();
  await world.restart();
  await world.step(60 * SECOND);
  await asksApproval();
  world.clock.sleep(24 * HOUR, "goes-on");
  await world.step(5 * SECOND);
  expect(textOf(await plan("a2"))).not.toContain("Request approval");
});
