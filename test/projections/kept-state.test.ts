import { deserialize, serialize } from "node:v8";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openMemoryLedger } from "../../src/adapters/memory/memory-ledger.ts";
import type { Ledger, Snapshot } from "../../src/model/ledger-port.ts";
import { openProjections, type Projections } from "../../src/projections/projections.ts";
import { systemRandom } from "../../src/system.ts";
import { createWorld, startRollout } from "../simulation/run.ts";
import { endedRollout } from "../support/ledger-with-history.ts";
import { manualClock } from "../support/manual-clock.ts";
import { runs } from "../support/runs.ts";

const HOUR = 60 * 60_000;
const ports = { clock: manualClock(1_000), random: systemRandom };

/** All that others can read of it. */
function all(projections: Projections) {
  const { rollouts, past, tokens, acceptance, lastAt, learned, countedRollouts } = projections;
  const attempts = [...rollouts.values()].flatMap(({ id, plan }) =>
    plan.agents.flatMap((agent) => projections.attempts(id, agent.id)),
  );
  return {
    ...{ rollouts: [...rollouts], past: [...past], tokens: [...tokens], acceptance, lastAt, attempts },
    durations: learned.durations,
    counted: countedRollouts(),
    open: projections.openRollouts(),
    upgrades: projections.openUpgrades("prod"),
    claims: projections.claims("prod"),
    server: projections.server("prod"),
  };
}

/** The ledger as it was at a position, and the snapshot that was kept of it. */
async function snapshotAt(ledger: Ledger, position: number): Promise<Snapshot | undefined> {
  let kept: Snapshot | undefined;
  const cut: Ledger = {
    ...ledger,
    since: async (from, limit) => (await ledger.since(from, limit)).filter((event) => event.position <= position),
    keep(snapshot) {
      kept = deserialize(serialize(snapshot)) as Snapshot;
    },
  };
  (await openProjections(cut, ports)).keep();
  return kept;
}

async function expectSame(ledger: Ledger, positions: readonly number[]): Promise<void> {
  const whole = all(await openProjections(ledger, ports));
  for (const position of positions) {
    const snapshot = await snapshotAt(ledger, position);
    expect(snapshot?.position).toBe(position);
    expect(all(await openProjections({ ...ledger, snapshot }, ports))).toEqual(whole);
  }
}

test("a snapshot and the newer events fold to the same state as all events, wherever it was kept", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(10_000),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
      async (seed, places) => {
        const world = await createWorld(seed);
        await startRollout(world);
        world.deadly = seed % 2 === 0 ? 0.002 : 0;
        for (let i = 0; i < 40; i += 1) {
          // A Drydock that is killed meanwhile never answers.
          if (i === 20) void world.say("upgrade-required");
          await world.step(5_000);
        }
        const end = (await world.ledger.since(0, 100_000)).at(-1)?.position ?? 0;
        await expectSame(
          world.ledger,
          places.map((place) => 1 + Math.floor(place * (end - 1))),
        );
      },
    ),
    { numRuns: runs(4, 500) },
  );
});

test("rollouts that have left memory, and that are written about again, are the same too", async () => {
  const ledger = openMemoryLedger();
  const clock = manualClock(1_000);
  const projections = await openProjections(ledger, { clock, random: systemRandom });
  for (let n = 1; n <= 14; n += 1) {
    for (const [stream, event] of endedRollout(n, 2))
      await projections.change(() => [{ stream, actor: "drydock", events: [event] }]);
    await clock.advance(26 * HOUR);
  }
  expect(projections.past.size).toBeGreaterThan(2);
  await projections.recall("prod-2");
  await projections.change(() => [
    {
      stream: "rollout.prod-2",
      actor: "drydock",
      events: [{ type: "message.posted", data: { key: "k", channel: "C", ts: "9" } }],
    },
  ]);
  const end = (await ledger.since(0, 100_000)).length;
  await expectSame(
    ledger,
    Array.from({ length: 30 }, (_, i) => end - 4 * i),
  );
});
