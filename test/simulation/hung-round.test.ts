import { expect, test } from "vitest";
import type { Duties, DutyName } from "../../src/core/duties.ts";
import { createWorld, startRollout, type World } from "./run.ts";

const MINUTE = 60_000;

/** All duties, for ever; counts how often each made progress. */
function countingDuties() {
  const counts = new Map<DutyName, number>();
  const ending = new AbortController();
  const works: Promise<void>[] = [];
  const duties: Duties = {
    async run(given) {
      const begun = given.map(
        (duty) =>
          new Promise<void>((resolve) => {
            const progress = () => {
              counts.set(duty.name, (counts.get(duty.name) ?? 0) + 1);
              resolve();
            };
            const { signal } = ending;
            const term = { duty: duty.name, epoch: 1, signal, isHeld: () => true, progress, refused: () => {} };
            works.push(duty.work(term));
          }),
      );
      await Promise.all(begun);
    },
    async close() {
      ending.abort();
      await Promise.all(works);
    },
  };
  return { duties, take: (name: DutyName) => [counts.get(name) ?? 0, counts.delete(name)][0] };
}

/** The server takes every request, and never answers one. */
function hang({ server }: Pick<World, "server">): void {
  const calls = server.urbancode as unknown as Record<string, unknown>;
  for (const [name, call] of Object.entries(calls))
    if (typeof call === "function") calls[name] = () => new Promise(() => {});
}

test("a monitor whose round never ends makes no progress, though its steps and the conversation go on", async () => {
  const { duties, take } = countingDuties();
  const world = await createWorld(3, { duties, calm: true });
  await startRollout(world);
  await world.step(MINUTE);
  expect(take("server:prod")).toBeGreaterThanOrEqual(12);
  hang(world);
  // What is under way ends; then nothing more does.
  await world.step(MINUTE);
  take("server:prod");
  take("slack");
  await world.step(2 * MINUTE);
  expect(take("server:prod")).toBe(0);
  expect(take("slack")).toBeGreaterThanOrEqual(12);
  expect(world.errors).toEqual([]);
});
