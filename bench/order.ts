/**
 * What the order of agents is worth, as a ratio to the lower bound: Drydock's, first in, first out, and batches of ten on the same
 * durations. Learned on one seed and used on another, whose agents have other ids. Pure: it runs the order of a plan and the queue of the
 * slots, and no server. `npm run bench:order`.
 */
import { createLearned } from "../src/model/plan/forecast.ts";
import { orderAgents } from "../src/model/plan/order.ts";
import { DEFAULT_LIMITS } from "../src/model/server/limits.ts";
import { type BenchAgent, benchFleet, inBatches, lowerBound, rolling, SHAPES, type Shape } from "./durations.ts";
import { publish } from "./results.ts";

const SIZES = [50, 200, 1_000, 5_000];
const SEEDS = [1, 2, 3, 4, 5];
const { perRelay } = DEFAULT_LIMITS;
const WAYS = {
  batches: "batches of ten",
  fifo: "first in, first out",
  unlearned: "Drydock, nothing learned",
  learned: "Drydock, learned",
  known: "all known before",
} as const;
type Way = keyof typeof WAYS;

const held = ({ ms }: BenchAgent) => ms;

function learnedFrom(agents: readonly BenchAgent[]) {
  const learned = createLearned();
  for (const { id, relayId, version, ms } of agents) learned.add("prod", { id, relay: relayId, version }, ms);
  return learned;
}

/** Ratios to the lower bound, the mean over the seeds. */
function measure(count: number, shape: Shape): Readonly<Record<Way, number>> {
  const sum = { batches: 0, fifo: 0, unlearned: 0, learned: 0, known: 0 };
  for (const seed of SEEDS) {
    const agents = benchFleet({ count, seed, shape, named: "now" });
    const learned = learnedFrom(benchFleet({ count, seed: seed + 1_000, shape, named: "before" }));
    const expected = ({ id, relayId, version }: BenchAgent) =>
      learned.expect("prod", { id, relay: relayId, version }).ms;
    const bound = SEEDS.length * lowerBound(agents);
    sum.batches += inBatches(agents, held) / bound;
    sum.fifo += rolling(agents, held, perRelay) / bound;
    sum.unlearned += rolling(orderAgents(agents), held, perRelay) / bound;
    sum.learned += rolling(orderAgents(agents, expected), held, perRelay) / bound;
    sum.known += rolling(orderAgents(agents, held), held, perRelay) / bound;
  }
  return sum;
}

const rows = SHAPES.flatMap((shape) => SIZES.map((count) => ({ shape, count, ratios: measure(count, shape) })));
const enough = rows.filter(({ count }) => count >= 200);
const learned = Math.max(...enough.filter(({ shape }) => shape === "sigma 0.5").map(({ ratios }) => ratios.learned));
const unlearned = enough.reduce((sum, { ratios }) => sum + ratios.unlearned / ratios.fifo, 0) / enough.length;
publish({
  name: "order",
  title: "What the learned order is worth",
  about: [
    "The order of a plan and the queue of the slots alone, without a server, times the lower bound.",
    "Drydock has learned from as many agents with other ids, behind the same relays and at the same versions.",
    `At most ${perRelay} agents of one relay are in flight, except in batches.`,
  ],
  seeds: [...SEEDS, ...SEEDS.map((seed) => seed + 1_000)],
  targets: [
    {
      what: "Learned order, N of 200 and more, sigma 0.5",
      target: "at most 1.05 times the lower bound",
      measured: learned.toFixed(3),
      met: learned <= 1.05,
    },
    {
      what: "Nothing learned, N of 200 and more, the mean of all rows",
      target: "at most the time of first in, first out",
      measured: `${unlearned.toFixed(3)} times that`,
      met: unlearned <= 1,
    },
  ],
  tables: [
    {
      columns: ["Durations", "N", ...Object.values(WAYS)],
      rows: rows.map(({ shape, count, ratios }) => [
        shape,
        count.toLocaleString("en"),
        ...(Object.keys(WAYS) as Way[]).map((way) => ratios[way].toFixed(3)),
      ]),
    },
  ],
});
