import { expect, test } from "vitest";
import { textOf } from "../../src/core/plain-text.ts";
import { showsEnd } from "../support/shows-end.ts";
import { createSwitchedDuties } from "../support/switched-duties.ts";
import { createWorld, startRollout } from "./run.ts";

const SECOND = 1_000;

test.each([4, 12, 21])(
  "a rollout whose duties are lost and come back again and again ends right, and nothing happens in between (seed %i)",
  async (seed) => {
    const duties = createSwitchedDuties();
    const world = await createWorld(seed, { duties, calm: true, agents: 8, policy: { slots: 2 } });
    await startRollout(world);
    const seen = async () => [
      world.puts.size,
      (await world.ledger.since(0, 100_000)).length,
      world.slack.messages.length,
    ];
    for (let i = 0; i < 60 && !showsEnd(world.slack.text("prod-1/card")); i += 1) {
      await world.step(7 * SECOND);
      if (i % 3 !== 1) continue;
      const lost = duties.lose();
      await world.step(6 * SECOND);
      await lost;
      const before = await seen();
      expect(textOf(await world.say("status"))).toContain("Try again in a minute");
      await world.step(20 * SECOND);
      expect(await seen()).toEqual(before);
      await duties.get();
    }
    expect(world.slack.text("prod-1/card")).toContain("all 8 upgraded");
    expect([...world.puts.values()]).toEqual(Array(8).fill(1));
    expect([world.violations, world.errors]).toEqual([[], []]);
  },
);
