import type { Agent } from "./agent.ts";
import type { Fleet } from "./fleet.ts";
import { createRng } from "./rng.ts";

type RequestType = "application" | "component" | "generic";

export interface DeploymentSeed {
  /** Name or id; left out = an application's, which has no agent of its own. */
  readonly agent?: string;
  /** Left out = `component` with an agent, `application` without. */
  readonly type?: RequestType;
  /** Simulated ms after the server's start. */
  readonly at: number;
  readonly ms: number;
}

export interface Deployment {
  readonly id: string;
  readonly type: RequestType;
  readonly agent: Agent | undefined;
  /** In ms of the server's clock; an end that is not known yet is never. */
  readonly startedAt: number;
  endsAt: number;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** The server renews the day's marks this often. */
const RENEWED = 10 * MINUTE;

/** What runs on the server besides upgrades. There are no timers: what has begun and ended is worked out whenever somebody asks. */
export class Deployments {
  readonly #fleet: Fleet;
  readonly #now: () => number;
  readonly #scale: number;
  readonly #start: number;
  #seeds: DeploymentSeed[];
  #all: Deployment[] = [];
  #made = 0;
  #peak = { day: Number.NaN, online: 0, running: 0 };
  #shown = { day: Number.NaN, at: 0, online: 0, running: 0 };

  constructor(
    fleet: Fleet,
    options: { readonly now: () => number; readonly scale: number; readonly seeds: readonly DeploymentSeed[] },
  ) {
    this.#fleet = fleet;
    this.#now = options.now;
    this.#scale = options.scale;
    this.#start = options.now();
    this.#seeds = [...options.seeds].sort((a, b) => a.at - b.at);
  }

  /** Begins one now. @param ms left out = until end(). Returns its id. */
  begin(seed: Omit<DeploymentSeed, "at" | "ms"> & { readonly ms?: number }): string {
    const { ms = Number.POSITIVE_INFINITY } = seed;
    return this.#begin({ ...seed, at: (this.#now() - this.#start) * this.#scale, ms }).id;
  }

  end(id: string): void {
    const found = this.running().find((deployment) => deployment.id === id);
    if (!found) throw new Error(`No deployment "${id}" runs.`);
    found.endsAt = this.#now();
  }

  /** The newest first, as the web interface asks for them. */
  running(): readonly Deployment[] {
    const now = this.#now();
    while (this.#seeds[0] && this.#time(this.#seeds[0].at) <= now) this.#beginSeed(this.#seeds.shift());
    this.#all = this.#all.filter(({ endsAt }) => endsAt > now);
    return [...this.#all].sort((a, b) => b.startedAt - a.startedAt);
  }

  isOn(agent: Agent): boolean {
    return this.running().some((deployment) => deployment.agent === agent);
  }

  /** The day's high-water marks, as they were when the server last renewed them. */
  marks(): { readonly online: number; readonly running: number } {
    this.running();
    const now = this.#now();
    this.#note(now);
    const { day } = this.#peak;
    if (this.#shown.day !== day || (now - this.#shown.at) * this.#scale >= RENEWED)
      this.#shown = { ...this.#peak, at: now };
    return this.#shown;
  }

  /** A real server starts none on an agent that is away. */
  #beginSeed(seed: DeploymentSeed | undefined): void {
    const agent = seed?.agent === undefined ? undefined : this.#fleet.find(seed.agent);
    if (seed && !(agent && this.#fleet.now(agent).inFlight)) this.#begin(seed);
  }

  #begin({ agent: name, type, at, ms }: DeploymentSeed): Deployment {
    const agent = name === undefined ? undefined : this.#fleet.find(name);
    if (name !== undefined && !agent) throw new Error(`There is no agent "${name}".`);
    this.#made += 1;
    const startedAt = this.#time(at);
    const deployment = {
      id: `process-request-${this.#made}`,
      type: type ?? (agent ? "component" : "application"),
      agent,
      startedAt,
      endsAt: startedAt + ms / this.#scale,
    };
    this.#all.push(deployment);
    this.#note(startedAt);
    return deployment;
  }

  /** What was true at that moment may be more than before. */
  #note(at: number): void {
    const day = Math.floor((this.#start + (at - this.#start) * this.#scale) / DAY);
    const online = [...this.#fleet.agents.values()].filter(
      (agent) => this.#fleet.now(agent).status === "ONLINE",
    ).length;
    const running = new Set(this.#all.filter(({ endsAt }) => endsAt > at).flatMap(({ agent }) => agent?.id ?? [])).size;
    const before = this.#peak.day === day ? this.#peak : { online: 0, running: 0 };
    this.#peak = { day, online: Math.max(before.online, online), running: Math.max(before.running, running) };
  }

  #time(simulated: number): number {
    return this.#start + simulated / this.#scale;
  }
}

/** Deployments that come and go by chance on this share of the agents, for six simulated hours. */
export function generateDeployments(
  agents: readonly { readonly name: string }[],
  { share, seed }: { readonly share: number; readonly seed: number },
): readonly DeploymentSeed[] {
  const random = createRng(seed + 1);
  const busy = agents.filter(() => random() < share);
  return busy.flatMap(({ name }) => {
    const seeds: DeploymentSeed[] = [];
    for (let at = random() * 10 * MINUTE; at < 6 * 60 * MINUTE; ) {
      const ms = (1 + random() * 9) * MINUTE;
      seeds.push({ agent: name, at, ms, type: random() < 0.8 ? "component" : "generic" });
      if (random() < 0.3) seeds.push({ at, ms });
      at += ms + (2 + random() * 20) * MINUTE;
    }
    return seeds;
  });
}
