import { expect, test } from "vitest";
import { HUNG_ROUNDS } from "../../src/adapters/postgres/terms.ts";
import type { Duties, DutyName } from "../../src/core/duties.ts";
import { DEFAULT_DEADLINES } from "../../src/model/upgrade/deadlines.ts";
import { createWorld, startRollout, type World } from "./run.ts";

const MINUTE = 60_000;

/** All duties, for ever; counts how often each made progress. */
function countingDuties() {
  const rounds = new Map<DutyName, number>();
  const counts = new Map<DutyName, number>();
  const ending = new AbortController();
  const works: Promise<void>[] = [];
  const duties: Duties = {
    async run(given) {
      for (const { name, round } of given) rounds.set(name, round);
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
  return { duties, rounds, take: (name: DutyName) => [counts.get(name) ?? 0, counts.delete(name)][0] };
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

test("reads that a server never answers take no longer than the work at a duty may", async () => {
  const { duties, rounds } = countingDuties();
  await createWorld(3, { duties, calm: true, deadlines: { request: DEFAULT_DEADLINES.request } });
  // A round has three reads at most that are each tried three times.
  expect(HUNG_ROUNDS * (rounds.get("server:prod") ?? 0)).toBeGreaterThan(3 * 3 * DEFAULT_DEADLINES.request);
});
