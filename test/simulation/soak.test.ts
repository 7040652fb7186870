import { expect, test } from "vitest";
import { collectionSizes, grownBy } from "../support/collection-sizes.ts";
import { createWorld, startRollout, type World } from "./run.ts";
import { OLD } from "./server.ts";

/** More than the ten ended rollouts that stay in memory. */
const ROLLOUTS = 12;

/** Each rollout is paused and resumed, and the server frozen and unfrozen. */
async function play(world: World, first: number): Promise<void> {
  for (let n = first; n < first + ROLLOUTS; n += 1) {
    for (const agent of world.server.agents.values()) Object.assign(agent, { version: OLD, life: undefined });
    await world.step(30_000);
    await startRollout(world);
    await world.step(5_000);
    await world.say(`pause prod-${n}`);
    await world.say("freeze prod storage is moved");
    await world.step(5_000);
    await world.say("unfreeze prod");
    await world.say(`resume prod-${n}`);
    for (let round = 0; round < 30; round += 1) await world.step(5_000);
    expect(world.slack.text(`prod-${n}/end`)).toContain("✔");
  }
}

test("an ended rollout that was told leaves nothing in memory but its place in the lists of past and of recent rollouts", async () => {
  const policy = { slots: 2 };
  const world = await createWorld(1, { agents: 2, calm: true, policy, onCall: ["U0ALICE"], operationsChannel: "C1" });
  await play(world, 1);
  const before = await collectionSizes();
  await play(world, 1 + ROLLOUTS);
  expect(grownBy(ROLLOUTS, before, await collectionSizes())).toEqual([
    // The simulated ledger and the simulated Slack keep everything.
    "id-#",
    // Plans, for half an hour.
    "id-#: number",
    "prod-#.csv",
    // Of those that began in the last day: when, what they were, and how old they are.
    "prod-#: number",
    // Where its card is, for ever.
    "prod-#: {card}",
    "prod-#: {since, age, seenAt}",
    "prod-#: {status, stoppedBy, endedAt}",
    "upgrade.prod-#.a#.#: {count, closed}",
  ]);
});
