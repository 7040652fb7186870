/**
 * How much longer a rollout takes because agents that deploy are left alone: 200 agents with ten slots on a simulated server, with
 * deployments of one to ten minutes on 30 of them and on none, the same seeds. `npm run bench:deployments`. Times are simulated.
 */

import { runBusyFleet } from "../test/simulation/busy-fleet.ts";

const SEEDS = [1, 2, 3, 4, 5];
const sum = { with: 0, without: 0, reads: 0, deployments: 0, atTheTurn: 0, violations: 0 };
for (const seed of SEEDS) {
  const busy = await runBusyFleet(seed, 200, 30);
  const calm = await runBusyFleet(seed, 200, 0);
  sum.with += busy.took;
  sum.without += calm.took;
  sum.reads += busy.reads;
  sum.deployments += busy.deployments;
  sum.atTheTurn += busy.atTheTurn;
  sum.violations += busy.world.violations.length;
  const minutes = (ms: number) => (ms / 60_000).toFixed(1);
  process.stdout.write(
    `seed ${seed}: ${minutes(busy.took)} min with ${busy.deployments} deployments, of which the last that was waited for ended after ${minutes(busy.lastEnd)} min; ${minutes(calm.took)} min without\n`,
  );
}
process.stdout.write(
  `length ${(sum.with / sum.without).toFixed(2)} of that without; ${sum.violations} of ${sum.deployments} deployments met by a request, ${sum.atTheTurn} of them began during the last look; ${(sum.reads / (200 * SEEDS.length)).toFixed(2)} reads of what runs for each agent\n`,
);
