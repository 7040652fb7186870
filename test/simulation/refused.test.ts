import { expect, test } from "vitest";
import { textOf } from "../../src/core/view.ts";
import { showsEnd } from "../support/shows-end.ts";
import { createWorld, startRollout, type World } from "./run.ts";
import type { SimSlack } from "./slack.ts";

/** A message that Slack will never take keeps no other waiting, and is said somewhere else. */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

type Refuses = SimSlack["refuses"];

async function pass(world: World, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 5 * SECOND) await world.step(5 * SECOND);
}

async function until(world: World, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 120 && !(await isSo()); i += 1) await pass(world, 5 * SECOND);
  expect(await isSo()).toBe(true);
}

const isEnded = async (world: World) =>
  (await world.ledger.read("rollout.prod-1")).some(({ type }) => type === "rollout.ended");

function places(world: World, key: string): readonly string[] {
  return world.slack.messages.filter((message) => message.key === key).map(({ posted }) => posted.channel);
}

/** A rollout to its end, with what Slack refuses from its first message on. */
async function played(refuses: Refuses, { alone = false, oneIsLost = false } = {}): Promise<World> {
  const world = await createWorld(5, { calm: true, agents: 3, ...(alone ? {} : { operationsChannel: "C0OPS" }) });
  const lost = oneIsLost ? world.server.agents.get("a1") : undefined;
  if (lost) lost.fault = "never-offline";
  world.slack.refuses = refuses;
  await startRollout(world);
  await until(world, () => isEnded(world));
  await pass(world, MINUTE);
  return world;
}

const refusalsIn = (world: World) =>
  world.warnings.filter((line) => /^Slack refused|^a channel no longer accepts/.test(line));

test("a card whose blocks Slack refuses is posted as plain text, where it belongs", async () => {
  const world = await played(({ plain }) => (plain ? undefined : "invalid_blocks"));
  expect([places(world, "prod-1/card"), places(world, "prod-1/end")]).toEqual([["C0"], ["C0"]]);
  const card = world.slack.messages.find(({ key }) => key === "prod-1/card");
  expect([card?.plain, world.slack.text("prod-1/card")]).toEqual([true, expect.stringContaining("all 3 upgraded")]);
  // The card and its two replies, once each, however often the card was drawn.
  expect(refusalsIn(world)).toHaveLength(2);
});

test("a press while a card waits to be sent as plain text moves it nowhere", async () => {
  const world = await createWorld(5, { calm: true, agents: 3, operationsChannel: "C0OPS", paced: true });
  await startRollout(world);
  await until(world, () => places(world, "prod-1/card").length > 0);
  let refused = false;
  world.slack.refuses = ({ method, plain }) => {
    if (method !== "edit" || plain) return undefined;
    refused = true;
    return "invalid_blocks";
  };
  for (let i = 0; i < 600 && !refused; i += 1) await world.step(100);
  await world.say("pause prod-1");
  await pass(world, MINUTE);
  expect([refused, places(world, "prod-1/card")]).toEqual([true, ["C0"]]);
  expect(world.slack.text("prod-1/card")).toContain("paused");
});

test("a card that one channel refuses for ever is shown in the operations channel, with its replies", async () => {
  const world = await played(({ channel }) => (channel === "C0" ? "msg_blocks_too_long" : undefined));
  expect([places(world, "prod-1/card"), places(world, "prod-1/end")]).toEqual([["C0OPS"], ["C0OPS"]]);
  expect(refusalsIn(world)).toHaveLength(2);
});

test.each([
  ["both refuse it", ({ channel }) => (channel.startsWith("C") ? "invalid_arguments" : undefined), false],
  ["the only one is closed", ({ channel }) => (channel === "C0" ? "restricted_action" : undefined), true],
] satisfies [string, Refuses, boolean][])(
  "a card that no channel takes is shown to its owner alone: %s",
  async (_what, refuses, alone) => {
    const world = await played(refuses, { alone });
    expect([places(world, "prod-1/card"), places(world, "prod-1/end")]).toEqual([["D0ALICE"], ["D0ALICE"]]);
    expect(world.slack.text("prod-1/card")).toContain("all 3 upgraded");
  },
);

test("a card that nobody gets keeps neither the rollout nor its result waiting", async () => {
  const world = await played(({ key, ts }) =>
    key === "prod-1/card" || ts !== undefined ? "invalid_blocks" : undefined,
  );
  expect(places(world, "prod-1/card")).toEqual([]);
  expect(places(world, "prod-1/end")).toEqual(["C0"]);
  const { ledger } = world;
  const before = (await ledger.read("rollout.prod-1")).length;
  await pass(world, 5 * MINUTE);
  expect((await ledger.read("rollout.prod-1")).length).toBe(before);
});

test("an edit that is refused for ever holds back no reply and no result; the card goes on elsewhere", async () => {
  const world = await played(
    ({ method, channel }) => (method === "edit" && channel === "C0" ? "invalid_blocks" : undefined),
    {
      oneIsLost: true,
    },
  );
  expect(places(world, "prod-1/card")).toEqual(["C0", "C0OPS"]);
  expect([places(world, "prod-1/end"), places(world, "prod-1/moved")]).toEqual([["C0OPS"], ["C0"]]);
  expect(places(world, "prod-1/failed-never-offline")).toHaveLength(1);
  const cards = world.slack.messages.filter(({ key }) => key === "prod-1/card").map(({ view }) => textOf(view));
  expect(showsEnd(cards.at(-1))).toBe(true);
});

test("an edit that gets no answer keeps no result waiting; the card shows its end later, also after a restart", async () => {
  const world = await played(({ method }) => (method === "edit" ? "unreachable" : undefined));
  expect(places(world, "prod-1/end")).toEqual(["C0"]);
  expect(showsEnd(world.slack.text("prod-1/card"))).toBe(false);
  await world.restart();
  world.slack.refuses = () => undefined;
  await pass(world, MINUTE);
  expect(showsEnd(world.slack.text("prod-1/card"))).toBe(true);
  expect(places(world, "prod-1/end")).toEqual(["C0"]);
  const asked: string[] = [];
  world.slack.refuses = ({ method }) => void asked.push(method);
  await pass(world, MINUTE);
  expect(asked).toEqual([]);
});

test("a reply that its thread refuses is told in the operations channel, and says of which rollout it is", async () => {
  const world = await played(
    ({ key, thread }) => (key === "prod-1/failed-never-offline" && thread !== undefined ? "msg_too_long" : undefined),
    { oneIsLost: true },
  );
  expect(places(world, "prod-1/failed-never-offline")).toEqual(["C0OPS"]);
  expect(world.slack.text("prod-1/failed-never-offline")).toContain("prod-1: Slack refused this message");
  expect(places(world, "prod-1/end")).toEqual(["C0"]);
});

test("a reply that is refused everywhere is tried again without filling the ledger", async () => {
  const world = await played(({ key }) => (key === "prod-1/failed-never-offline" ? "invalid_blocks" : undefined), {
    oneIsLost: true,
  });
  const posting = async () =>
    (await world.ledger.read("rollout.prod-1")).filter(
      ({ type, data }) => type === "message.posting" && "key" in data && data.key === "failed-never-offline",
    ).length;
  expect(await posting()).toBe(3);
  await pass(world, MINUTE);
  expect(await posting()).toBe(3);
  world.slack.refuses = () => undefined;
  await pass(world, MINUTE);
  expect(places(world, "prod-1/failed-never-offline")).toEqual(["D0ALICE"]);
});
