/**
 * How long a rollout takes, as a ratio to its lower bound: the orders of Drydock, first-in-first-out and the vendor's batches of ten on the
 * same durations. Learned on one seed and used on another, whose agents have other ids. Pure: it runs the order of a plan and the queue
 * of the slots, and no server. `npm run bench:makespan`.
 */
import { createRng } from "../playground/deploy/rng.ts";
import { createLearned } from "../src/model/plan/learned.ts";
import { orderAgents } from "../src/model/plan/order.ts";

const SLOTS = 10;
const SIZES = [50, 200, 1_000, 5_000];
const SEEDS = [1, 2, 3, 4, 5];
const VERSIONS = ["6.2.7.1.1", "7.0.5.0.1", "7.1.2.9.1"];
const RELAYS = 8;
const MEDIAN = 90_000;

interface Agent {
  readonly id: string;
  readonly name: string;
  readonly status: "upgrade-required";
  readonly relayId: string;
  readonly version: string;
  readonly tags: readonly string[];
  readonly ms: number;
}

/** The relay and the version of an agent make its upgrade longer or shorter; the rest is chance. */
function fleet(count: number, seed: number, sigma: number, named: string): readonly Agent[] {
  const random = createRng(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Array.from({ length: count }, (_, i) => {
    const relay = Math.floor(random() * RELAYS);
    const version = Math.floor(random() * VERSIONS.length);
    const kind = Math.exp(0.15 * (relay - RELAYS / 2) + 0.3 * (version - 1));
    const id = `${named}-${Math.floor(random() * 1e9)}-${i}`;
    return {
      id,
      name: id,
      status: "upgrade-required",
      relayId: `r${relay}`,
      version: VERSIONS[version] ?? "",
      tags: [],
      ms: MEDIAN * kind * Math.exp(sigma * normal()),
    };
  });
}

/** When the last one is done if each slot takes the next agent as soon as it is free. */
function rolling(agents: readonly Agent[]): number {
  const free = Array.from({ length: SLOTS }, () => 0);
  for (const { ms } of agents) {
    const at = free.indexOf(Math.min(...free));
    free[at] = (free[at] ?? 0) + ms;
  }
  return Math.max(...free);
}

function batches(agents: readonly Agent[]): number {
  let sum = 0;
  for (let i = 0; i < agents.length; i += SLOTS) sum += Math.max(...agents.slice(i, i + SLOTS).map(({ ms }) => ms));
  return sum;
}

function lowerBound(agents: readonly Agent[]): number {
  const all = agents.map(({ ms }) => ms);
  return Math.max(all.reduce((sum, ms) => sum + ms, 0) / SLOTS, ...all);
}

function learnedFrom(agents: readonly Agent[]) {
  const learned = createLearned();
  for (const { id, relayId, version, ms } of agents) learned.add("prod", { id, relay: relayId, version }, ms);
  return learned;
}

/** Ratios to the lower bound, the mean over the seeds. */
function measureMakespan(count: number, sigma: number) {
  const sum = { batches: 0, fifo: 0, unlearned: 0, byRelay: 0, learned: 0, known: 0 };
  for (const seed of SEEDS) {
    const agents = fleet(count, seed, sigma, "now");
    const learned = learnedFrom(fleet(count, seed + 1_000, sigma, "before"));
    const expected = ({ id, relayId, version }: Agent) => learned.expect("prod", { id, relay: relayId, version }).ms;
    const lb = lowerBound(agents);
    sum.batches += batches(agents) / lb;
    sum.fifo += rolling(agents) / lb;
    sum.unlearned += rolling(orderAgents(agents)) / lb;
    const byRelay = ({ id, relayId }: Agent) => learned.expect("prod", { id, relay: relayId }).ms;
    sum.byRelay += rolling(orderAgents(agents, byRelay)) / lb;
    sum.learned += rolling(orderAgents(agents, expected)) / lb;
    sum.known += rolling([...agents].sort((a, b) => b.ms - a.ms)) / lb;
  }
  return Object.fromEntries(Object.entries(sum).map(([way, total]) => [way, total / SEEDS.length]));
}

for (const sigma of [0.5, 1])
  for (const count of SIZES) {
    const ratios = Object.entries(measureMakespan(count, sigma)).map(([way, ratio]) => `${way} ${ratio.toFixed(3)}`);
    process.stdout.write(`sigma ${sigma}, ${count} agents, times the lower bound: ${ratios.join(", ")}\n`);
  }
