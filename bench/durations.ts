import { createRng } from "../playground/deploy/rng.ts";
import { OLD_VERSIONS } from "../test/simulation/server.ts";

export const SLOTS = 10;
const MEDIAN = 90_000;
const RELAYS = 8;
/** Drydock would report one that takes longer than half an hour as failed. */
const MAX = 25 * 60_000;

/** How upgrades of one kind of agent differ: evenly, from a third to five thirds of their median, or lognormal with this sigma. */
export type Shape = "uniform" | "sigma 0.5" | "sigma 1";
export const SHAPES: readonly Shape[] = ["uniform", "sigma 0.5", "sigma 1"];

export interface BenchAgent {
  readonly id: string;
  readonly name: string;
  readonly status: "upgrade-required";
  readonly relayId: string;
  readonly version: string;
  readonly tags: readonly string[];
  /** From the request until it is back, unless it hangs. */
  readonly ms: number;
  readonly hangs: boolean;
}

/** An agent's relay and version make its upgrade longer or shorter; the rest is chance. The same seed gives the same durations whatever hangs. */
export function benchFleet(given: {
  readonly count: number;
  readonly seed: number;
  readonly shape: Shape;
  /** The beginning of their names. */
  readonly named: string;
  /** The share that hangs, at least one; left out = none. */
  readonly hanging?: number;
}): readonly BenchAgent[] {
  const { count, seed, shape, named, hanging = 0 } = given;
  const random = createRng(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const chance = {
    uniform: () => 1 / 3 + (4 / 3) * random(),
    "sigma 0.5": () => Math.exp(0.5 * normal()),
    "sigma 1": () => Math.exp(normal()),
  }[shape];
  const agents = Array.from({ length: count }, (_, i) => {
    const relay = Math.floor(random() * RELAYS);
    const version = Math.floor(random() * OLD_VERSIONS.length);
    const id = `${named}-${Math.floor(random() * 1e9)}-${i}`;
    return {
      id,
      name: id,
      status: "upgrade-required" as const,
      relayId: `relay-${relay}`,
      version: OLD_VERSIONS[version] ?? "",
      tags: [],
      ms: Math.min(MAX, MEDIAN * Math.exp(0.15 * (relay - RELAYS / 2) + 0.3 * (version - 1)) * chance()),
    };
  });
  const hung = new Set<number>();
  while (hung.size < Math.ceil(count * hanging)) hung.add(Math.floor(random() * count));
  return agents.map((agent, i) => ({ ...agent, hangs: hung.has(i) }));
}

/**
 * When the last one that does not hang is back, if each slot takes the next agent as soon as it is free. `held` is how long one keeps
 * its slot; one whose relay has `perRelay` in flight is passed over.
 */
export function rolling(
  agents: readonly BenchAgent[],
  held: (agent: BenchAgent) => number,
  perRelay = Number.POSITIVE_INFINITY,
): number {
  const waiting = [...agents];
  let flying: { readonly ends: number; readonly relayId: string }[] = [];
  let now = 0;
  let last = 0;
  const hasRoom = ({ relayId }: BenchAgent) => flying.filter((other) => other.relayId === relayId).length < perRelay;
  while (waiting.length > 0) {
    const next = flying.length < SLOTS ? waiting.findIndex(hasRoom) : -1;
    const [agent] = next < 0 ? [] : waiting.splice(next, 1);
    if (agent) {
      const ends = now + held(agent);
      flying.push({ ends, relayId: agent.relayId });
      if (!agent.hangs) last = Math.max(last, ends);
    } else {
      now = Math.min(...flying.map(({ ends }) => ends));
      flying = flying.filter(({ ends }) => ends > now);
    }
  }
  return last;
}

/** The same if ten begin together once the ten before are all done. */
export function inBatches(agents: readonly BenchAgent[], held: (agent: BenchAgent) => number): number {
  let begins = 0;
  let last = 0;
  for (let i = 0; i < agents.length; i += SLOTS) {
    const batch = agents.slice(i, i + SLOTS);
    for (const agent of batch) if (!agent.hangs) last = Math.max(last, begins + held(agent));
    begins += Math.max(...batch.map(held));
  }
  return last;
}

/** No order is faster. @param lost the time of slots that hang. */
export function lowerBound(agents: readonly BenchAgent[], lost = 0): number {
  const all = agents.filter(({ hangs }) => !hangs).map(({ ms }) => ms);
  return Math.max((all.reduce((sum, ms) => sum + ms, 0) + lost) / SLOTS, ...all);
}
