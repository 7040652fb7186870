import { expect, test } from "vitest";
import { textOf } from "../../src/core/view.ts";
import { showsEnd } from "../support/shows-end.ts";
import { createWorld, startRollout, type World } from "./run.ts";

/** What becomes of the card and its replies where Slack no longer takes some of them. */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

async function pass(world: World, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 5 * SECOND) await world.step(5 * SECOND);
}

function posted(world: World, key: string) {
  return world.slack.messages.filter((message) => message.key === key);
}

/** A rollout that has ended with an agent that never came back, and whose end was told. */
async function endedWithOneLost(): Promise<World> {
  const world = await createWorld(5, { calm: true, agents: 3, operationsChannel: "C0OPS" });
  const lost = world.server.agents.get("a1");
  if (!lost) throw new Error("there are three");
  lost.fault = "never-back";
  await startRollout(world);
  for (let i = 0; i < 100 && posted(world, "prod-1/end").length === 0; i += 1) await pass(world, 5 * SECOND);
  await pass(world, 10 * SECOND);
  expect(posted(world, "prod-1/end")).toHaveLength(1);
  return world;
}

/** One that its circuit breaker will halt. */
async function soonHalted(): Promise<World> {
  const one = { count: 1, share: null, of: 10 };
  const policy = { slots: 1, breaker: { total: one, cause: one, relay: one } };
  const world = await createWorld(6, { calm: true, agents: 3, operationsChannel: "C0OPS", policy });
  for (const agent of world.server.agents.values()) agent.fault = "never-offline";
  await startRollout(world);
  await pass(world, 10 * SECOND);
  return world;
}

async function halted(world: World): Promise<void> {
  const hasPendingStop = () =>
    world.ledger.read("rollout.prod-1").then((events) => events.some(({ type }) => type === "rollout.paused"));
  for (let i = 0; i < 100 && !(await hasPendingStop()); i += 1) await pass(world, 5 * SECOND);
  expect(await hasPendingStop()).toBe(true);
  await pass(world, 10 * SECOND);
}

async function stopped(world: World): Promise<void> {
  await world.say("stop prod-1");
  for (let i = 0; i < 100 && posted(world, "prod-1/end").length === 0; i += 1) await pass(world, 5 * SECOND);
}

function comesBack(world: World): void {
  const lost = world.server.agents.get("a1");
  if (lost) lost.fault = "none";
}

test("a late change is told once; after that the rollout is left alone, also by the next start and with its card deleted", async () => {
  const world = await endedWithOneLost();
  comesBack(world);
  await pass(world, 10 * MINUTE);
  expect(posted(world, "prod-1/late-a1-1-verified")).toHaveLength(1);
  const asked: string[] = [];
  world.slack.refuses = ({ method }) => {
    asked.push(method);
    return method === "edit" ? "message_not_found" : undefined;
  };
  await world.restart();
  await pass(world, 10 * MINUTE);
  expect(asked).toEqual([]);
  expect(posted(world, "prod-1/card")).toHaveLength(1);
});

test("the reply about an agent that did not come back says when it did", async () => {
  const world = await endedWithOneLost();
  expect(world.slack.text("prod-1/failed-never-back")).toContain("a1");
  comesBack(world);
  await pass(world, 10 * MINUTE);
  expect(world.slack.text("prod-1/failed-never-back")).toMatch(/✔ Resolved: a1 came back at \d\d:\d\d/);
});

test("a card that Slack does not edit when the rollout ends shows the end later, also after a restart", async () => {
  const world = await createWorld(5, { calm: true, agents: 3 });
  await startRollout(world);
  await pass(world, 5 * SECOND);
  world.slack.refuses = ({ method }) => (method === "edit" ? "unreachable" : undefined);
  const isEnded = async () => (await world.ledger.read("rollout.prod-1")).some(({ type }) => type === "rollout.ended");
  for (let i = 0; i < 100 && !(await isEnded()); i += 1) await pass(world, 5 * SECOND);
  expect(await isEnded()).toBe(true);
  await pass(world, 5 * MINUTE);
  expect(showsEnd(world.slack.text("prod-1/card"))).toBe(false);
  await world.restart();
  world.slack.refuses = () => undefined;
  await pass(world, MINUTE);
  expect(showsEnd(world.slack.text("prod-1/card"))).toBe(true);
  expect(posted(world, "prod-1/end")).toHaveLength(1);
});

test.each([false, true])(
  "a card that Slack does not edit when a request is withdrawn shows it later (restart: %s)",
  async (isRestarted) => {
    const approvers = { people: ["U0BOB"], usergroups: [], usergroupPermissions: [], roles: [] };
    const world = await createWorld(5, { calm: true, agents: 3, policy: { approvals: 1, approvers } });
    await world.press(await world.say("upgrade-required"), "Request approval");
    await pass(world, 10 * SECOND);
    world.slack.refuses = ({ method }) => (method === "edit" ? "unreachable" : undefined);
    await world.say("cancel prod-1");
    await pass(world, 5 * MINUTE);
    expect(posted(world, "prod-1/closed-1")).toHaveLength(1);
    expect(world.slack.text("prod-1/card")).toContain("asks for approval");
    if (isRestarted) await world.restart();
    world.slack.refuses = () => undefined;
    await pass(world, MINUTE);
    expect(world.slack.text("prod-1/card")).toContain("Withdrawn by");
    expect(posted(world, "prod-1/closed-1")).toHaveLength(1);
  },
);

test("the deleted card of an ended rollout stays gone: what changes later is told in the operations channel", async () => {
  const world = await endedWithOneLost();
  const card = posted(world, "prod-1/card")[0]?.posted;
  world.slack.refuses = ({ ts, thread }) =>
    ts === card?.ts ? "message_not_found" : thread === card?.ts ? "thread_not_found" : undefined;
  await world.restart();
  comesBack(world);
  await pass(world, 10 * MINUTE);
  expect(posted(world, "prod-1/card")).toHaveLength(1);
  const late = posted(world, "prod-1/late-a1-1-verified");
  expect(late.map((message) => [message.posted.channel, message.thread])).toEqual([["C0OPS", undefined]]);
  expect(late.map(({ view }) => textOf(view))).toEqual([expect.stringMatching(/^prod-1: a1 came back at /)]);
});

test("a reply that Slack always refuses keeps no other from being told", async () => {
  const world = await soonHalted();
  world.slack.refuses = ({ key }) => (key === "prod-1/halt-1" ? "invalid_blocks" : undefined);
  await halted(world);
  await stopped(world);
  expect(posted(world, "prod-1/end").map((message) => message.posted.channel)).toEqual(["C0"]);
  world.slack.refuses = () => undefined;
  await pass(world, MINUTE);
  expect(posted(world, "prod-1/halt-1")).toHaveLength(1);
});

test("where the channel takes edits and no posts, the card goes on in the operations channel, with its replies", async () => {
  const world = await soonHalted();
  world.slack.refuses = ({ method, channel }) =>
    method === "post" && channel === "C0" ? "restricted_action" : undefined;
  await halted(world);
  await stopped(world);
  const [, moved] = posted(world, "prod-1/card");
  expect(moved?.posted.channel).toBe("C0OPS");
  for (const key of ["prod-1/halt-1", "prod-1/end"])
    expect(posted(world, key).map((message) => [message.posted.channel, message.thread])).toEqual([
      ["C0OPS", moved?.posted.ts],
    ]);
});

test("a reply that was announced in a channel which was archived then is told below the card's new place", async () => {
  const world = await soonHalted();
  const card = posted(world, "prod-1/card")[0]?.posted;
  world.slack.refuses = ({ key }) => (key === "prod-1/halt-1" ? "unreachable" : undefined);
  await halted(world);
  world.slack.refuses = ({ method, channel, thread }) => {
    if (channel !== "C0") return undefined;
    if (method !== "find") return "is_archived";
    return thread !== undefined && thread !== card?.ts ? "thread_not_found" : undefined;
  };
  await stopped(world);
  for (const key of ["prod-1/halt-1", "prod-1/end"])
    expect(posted(world, key).map((message) => message.posted.channel)).toEqual(["C0OPS"]);
});
