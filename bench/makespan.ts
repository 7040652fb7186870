/**
 * How long a rollout takes, as a ratio to its lower bound: the whole of Drydock on a simulated server, after a rollout of other agents
 * from which it has learned, and on the same durations what people do by hand. `npm run bench:makespan`, and `-- --large` for 5,000 agents.
 */
import { type BenchAgent, benchFleet, inBatches, lowerBound, rolling, SHAPES, type Shape } from "./durations.ts";
import { GIVE_UP, HANG, playRollout } from "./play-rollout.ts";
import { isLarge, publish } from "./results.ts";

const SEEDS = [1, 2, 3];
/** So large a rollout takes minutes, so it is played only where the page has a target for it. */
const LARGE = 5_000;
const SIZES = isLarge ? [50, 200, 1_000, LARGE] : [50, 200, 1_000];
const HANGING = [0.01, 0.05];
/** From so many agents it has learned. */
const PAST = 200;
/** Larger rollouts are played with one seed, and with few that hang. */
const FEW = 200;
/** How often a loop of `curl`s asks whether its agent is back, in ms. */
const LOOP = 5_000;
const TARGET = 1.05;
const WAYS = ["Drydock", "first in, first out", "loop of curls", "batches of ten"] as const;

interface Case {
  readonly shape: Shape;
  readonly hanging: number;
  readonly count: number;
  /** To the lower bound, the mean of the seeds. */
  readonly ratios: Readonly<Record<(typeof WAYS)[number], number>>;
  readonly reported: number;
}

const held = ({ ms, hangs }: BenchAgent) => (hangs ? HANG : ms);
const looked = ({ ms, hangs }: BenchAgent) => (hangs ? GIVE_UP : Math.ceil(ms / LOOP) * LOOP);
const waited = ({ ms, hangs }: BenchAgent) => (hangs ? GIVE_UP : ms);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

async function measure(shape: Shape, hanging: number, count: number): Promise<Case> {
  const runs: (Case["ratios"] & { readonly reported: number })[] = [];
  for (const seed of count > FEW ? SEEDS.slice(0, 1) : SEEDS) {
    const agents = benchFleet({ count, seed, shape, hanging, named: "now" });
    const past = benchFleet({ count: PAST, seed: seed + 1_000, shape, named: "before" });
    const { makespan, reported, lost } = await playRollout(agents, past, seed);
    const bound = lowerBound(agents, lost);
    runs.push({
      Drydock: makespan / bound,
      "first in, first out": rolling(agents, held) / bound,
      "loop of curls": rolling(agents, looked) / bound,
      "batches of ten": inBatches(agents, waited) / bound,
      reported: reported / bound,
    });
  }
  const of = (key: keyof (typeof runs)[number]) => mean(runs.map((run) => run[key]));
  const ratios = Object.fromEntries(WAYS.map((way) => [way, of(way)])) as Case["ratios"];
  return { shape, hanging, count, ratios, reported: of("reported") };
}

const cases: Case[] = [];
for (const shape of SHAPES)
  for (const hanging of HANGING)
    for (const count of SIZES) {
      if (count > FEW && hanging > 0.01) continue;
      if (count === LARGE && shape !== "sigma 0.5") continue;
      cases.push(await measure(shape, hanging, count));
      process.stderr.write(
        `${shape}, ${hanging * 100}% hang, ${count} agents: ${cases.at(-1)?.ratios.Drydock.toFixed(3)}\n`,
      );
    }

const aimed = cases.filter(({ shape, hanging, count }) => shape === "sigma 0.5" && hanging === 0.01 && count >= 200);
publish({
  name: "makespan",
  title: "How long a rollout takes",
  about: [
    "The whole of Drydock upgrades N agents with ten slots on a simulated server, on simulated time.",
    `It has learned from ${PAST} other agents behind the same relays and at the same versions.`,
    "The time runs from **Start** until the card shows the last upgrade of an agent that does not hang.",
    "The lower bound is the larger of two: the longest upgrade, and the sum of all slot time divided by ten.",
    "That sum has the slot time of agents that hang, but only what lies before the last upgrade with Drydock.",
    `An agent that hangs never comes back: Drydock reports it after ${GIVE_UP / 60_000} minutes, and keeps its slot for ${HANG / 60_000}.`,
    "So does the first-in-first-out queue.",
    "By hand, the next upgrade begins after that report.",
    "The other ways use the same durations and the order of the agents' names, and lose no time between two upgrades.",
    "They have no limit for each relay, and by hand more than ten may be in flight after a hang.",
    "If many agents hang, they can therefore take less time than this bound, and Drydock more.",
    "If the agents that hang fill a relay's three places, its other agents wait until one is free (sigma 1, 5% hang, seed 1).",
    "That is meant: an upgrade that hangs may not be over.",
    "If three hang behind one relay, that relay may be the reason.",
    `Only the loop of ten \`curl\`s looks every ${LOOP / 1_000} s whether its agent is online.`,
    `Rollouts of more than ${FEW} agents were played with seed 1 and 1% that hang only.`,
    ...(isLarge ? ["The largest was played with sigma 0.5 only."] : []),
  ],
  seeds: SEEDS,
  targets: aimed.map(({ count, ratios: { Drydock } }) => ({
    what: `Makespan of ${count.toLocaleString("en")} agents, sigma 0.5, 1% hang`,
    target: `at most ${TARGET} times the lower bound`,
    measured: Drydock.toFixed(3),
    met: Drydock <= TARGET,
  })),
  tables: [
    {
      caption: "Times the lower bound, and how long it takes until Drydock has reported every agent that hangs:",
      columns: ["Durations", "Hang", "N", ...WAYS, "Drydock: failures reported"],
      rows: cases.map(({ shape, hanging, count, ratios, reported }) => [
        shape,
        `${hanging * 100}%`,
        count.toLocaleString("en"),
        ...WAYS.map((way) => ratios[way].toFixed(2)),
        reported.toFixed(2),
      ]),
    },
  ],
  plots: [
    {
      name: "makespan",
      title: "Time of a rollout, times the lower bound (sigma 0.5, 1% hang)",
      x: "agents to upgrade",
      y: "times the lower bound",
      target: TARGET,
      lines: WAYS.map((label) => ({
        label,
        points: cases
          .filter(({ shape, hanging }) => shape === "sigma 0.5" && hanging === 0.01)
          .map(({ count, ratios }) => [count, ratios[label]] as const),
      })),
    },
  ],
});
process.exit();
