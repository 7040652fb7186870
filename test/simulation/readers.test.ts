import { expect, test } from "vitest";
import { textOf } from "../../src/core/view.ts";
import { showsEnd } from "../support/shows-end.ts";
import { createWorld, startRollout, type World } from "./run.ts";

/** What becomes of a rollout whose channel is shared with another organization while it runs. */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

async function pass(world: World, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 5 * SECOND) await world.step(5 * SECOND);
}

/** Those with this key; one that ends with `-` stands for all that begin so. */
function posted(world: World, key: string) {
  return world.slack.messages.filter((message) =>
    key.endsWith("-") ? message.key.startsWith(key) : message.key === key,
  );
}

/** One that has failed for one agent and told so, and goes on with the others. */
async function underWay(
  given: { readonly operationsChannel?: string } = { operationsChannel: "C0OPS" },
): Promise<World> {
  const world = await createWorld(5, { calm: true, agents: 6, policy: { slots: 1 }, ...given });
  const refused = world.server.agents.get("a0");
  if (refused) refused.fault = "refused";
  await startRollout(world);
  for (let i = 0; i < 60 && posted(world, "prod-1/failed-").length === 0; i += 1) await pass(world, 5 * SECOND);
  expect(posted(world, "prod-1/card")).toHaveLength(1);
  return world;
}

async function ended(world: World): Promise<void> {
  for (let i = 0; i < 200 && posted(world, "prod-1/end").length === 0; i += 1) await pass(world, 5 * SECOND);
  await pass(world, MINUTE);
}

/** What people read in a channel. */
const shownIn = (world: World, channel: string) =>
  world.slack.messages.filter((message) => message.posted.channel === channel).map(({ view }) => textOf(view));

test("card and replies go to the operations channel within a minute, and nothing in the old one names an agent", async () => {
  const world = await underWay();
  const before = shownIn(world, "C0").join("\n");
  expect(before).toMatch(/\ba\d\b/);
  world.shared.add("C0");
  await pass(world, MINUTE);
  const [, card] = posted(world, "prod-1/card");
  expect(card?.posted.channel).toBe("C0OPS");
  await ended(world);
  expect(shownIn(world, "C0").join("\n")).not.toMatch(/\ba\d\b|prod/);
  const causes = posted(world, "prod-1/failed-").map((cause) => [cause.posted.channel, cause.thread]);
  const [old] = posted(world, "prod-1/card");
  expect(causes).toEqual([
    ["C0", old?.posted.ts],
    ["C0OPS", card?.posted.ts],
  ]);
  expect(posted(world, "prod-1/end").map(({ thread }) => thread)).toEqual([card?.posted.ts]);
  expect(showsEnd(world.slack.text("prod-1/card"))).toBe(true);
});

test("without a place for it the owner has it alone", async () => {
  const world = await underWay({});
  world.shared.add("C0");
  await ended(world);
  expect(posted(world, "prod-1/end").map((message) => message.posted.channel)).toEqual(["D0ALICE"]);
  expect(shownIn(world, "C0").join("\n")).not.toMatch(/\ba\d\b|prod/);
});

test("the operations channel is no way out once it is shared too", async () => {
  const world = await underWay();
  world.shared.add("C0").add("C0OPS");
  await ended(world);
  expect(shownIn(world, "C0OPS")).toEqual([]);
  expect(posted(world, "prod-1/end").map((message) => message.posted.channel)).toEqual(["D0ALICE"]);
});

test.each(["unreachable", "internal_error"])(
  "while Slack takes nothing (%s) the old place is not forgotten: names go as soon as it does",
  async (code) => {
    const world = await underWay();
    world.shared.add("C0");
    world.slack.refuses = () => code;
    await pass(world, MINUTE);
    await world.restart();
    world.slack.refuses = () => undefined;
    await ended(world);
    expect(shownIn(world, "C0").join("\n")).not.toMatch(/\ba\d\b|prod/);
    expect(posted(world, "prod-1/card").map((message) => message.posted.channel)).toEqual(["C0", "C0OPS"]);
  },
);
