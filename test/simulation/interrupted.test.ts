import { expect, test } from "vitest";
import { openMemoryLedger } from "../../src/adapters/memory/memory-ledger.ts";
import type { Ledger } from "../../src/model/ledger-port.ts";
import { showsEnd } from "../support/shows-end.ts";
import { createWorld, startRollout, type World } from "./run.ts";

const SECOND = 1_000;

/** Kills Drydock between the note of an attempt and its request, at as many attempts as given, and lets the rollout end. */
async function killedAt(attempts: number): Promise<World> {
  const ledger = openMemoryLedger();
  let left = attempts;
  const deadly: Ledger = {
    ...ledger,
    async turn(position, decide) {
      const written = await ledger.turn(position, decide);
      const intends = written.some(({ type }) => type === "upgrade.intended");
      if (intends && left > 0) {
        left -= 1;
        world.deadly = 1;
      }
      return written;
    },
  };
  const world = await createWorld(1, { ledger: deadly, agents: 1, calm: true });
  await startRollout(world);
  for (let i = 0; i < 200 && !showsEnd(world.slack.text("prod-1/card")); i += 1) {
    await world.step(5 * SECOND);
    world.deadly = 0;
  }
  expect(left).toBe(0);
  expect(world.violations).toEqual([]);
  return world;
}

test.each([1, 2, 4])(
  "an agent whose request was cut off by kill -9 is upgraded all the same (%i times)",
  async (times) => {
    const world = await killedAt(times);
    expect(world.slack.text("prod-1/card")).toContain("1 of 1 upgraded");
    expect([...world.puts]).toEqual([["a0", 1]]);
  },
);

test("one whose every attempt ends Drydock is left to people after five", async () => {
  const world = await killedAt(5);
  expect(world.slack.text("prod-1/card")).toContain("none of 1 upgraded");
  expect(world.puts.size).toBe(0);
});
