/**
 * What ended rollouts cost. The same rollout runs on a simulated server and Slack with 0, 10, 200 and 2,000 ended rollouts of 200 agents
 * before it, in turns: what a second of it takes (pulses, ticks, polls) and blocks, two commands, and the memory of the whole process.
 * All are ratios to those without a history. Only `rollouts` is one to that with ten: a page lists ten rollouts. `npm run bench:history`.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createWorld, startRollout, type World } from "../test/simulation/run.ts";
import { ledgerWithHistory } from "../test/support/ledger-with-history.ts";

const SIZES = [0, 10, 200, 2_000];
const AGENTS = 200;
const STEPS = 300;
const SECOND = 1_000;
const BEGIN = 1_700_000_000_000;

interface Cost {
  readonly steps: number[];
  readonly status: number[];
  readonly rollouts: number[];
}

async function begun(ended: number): Promise<World> {
  const ledger = ledgerWithHistory({ ended, agents: AGENTS, until: BEGIN });
  const world = await createWorld(1, { ledger, agents: 200, calm: true, begin: BEGIN, policy: { slots: 2 } });
  await startRollout(world);
  // The first look after a start takes every rollout in memory.
  for (let i = 0; i < 3; i += 1) await world.step(5 * SECOND);
  return world;
}

/** In turns, so that whatever else the machine does falls on all of them. */
async function costs(): Promise<readonly Cost[]> {
  const worlds = await Promise.all(SIZES.map(begun));
  const all = SIZES.map((): Cost => ({ steps: [], status: [], rollouts: [] }));
  for (let i = 0; i < STEPS; i += 1)
    for (const [which, { steps, status, rollouts }] of all.entries()) {
      const world = worlds[which] as World;
      steps.push(await timed(() => world.step(SECOND)));
      if (i % 5 > 0) continue;
      status.push(await timed(() => world.say("status")));
      rollouts.push(await timed(() => world.say("rollouts")));
    }
  for (const world of worlds) await world.drydock().stop();
  return all;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await work();
  return performance.now() - since;
}

function share(times: readonly number[], part: number): number {
  return [...times].sort((a, b) => a - b)[Math.ceil(part * times.length) - 1] ?? 0;
}

/** What the process has in use while the rollout runs, in MB. */
async function memory(ended: number): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const world = await begun(ended);
  collect();
  const { heapUsed, external } = process.memoryUsage();
  await world.drydock().stop();
  return (heapUsed + external) / 1_048_576;
}

// The first run also warms up the machine.
await costs();
const all = await costs();
const [none, ten] = all;
await memory(0);
const noneMemory = await memory(0);
for (const [i, ended] of SIZES.entries()) {
  const cost = all[i] as Cost;
  const ratio = (key: keyof Cost, part: number, base = none) =>
    (share(cost[key], part) / share(base?.[key] ?? [], part)).toFixed(2);
  const used = await memory(ended);
  process.stdout.write(
    `${ended} ended rollouts: a second of a rollout ${ratio("steps", 0.5)} (p99 ${ratio("steps", 0.99)}), status ${ratio("status", 0.5)}, rollouts ${ratio("rollouts", 0.5, ten)}, memory ${(used / noneMemory).toFixed(2)} (${used.toFixed(0)} MB)\n`,
  );
}
