import type { AgentTeam } from "./people.ts";
import { createRng, seedOf } from "./rng.ts";
import { FAULTS, type Fault, type Life, lifeAt, rollLife, type Shown } from "./upgrade-life.ts";

export interface AgentSeed {
  readonly name: string;
  readonly id?: string;
  readonly status?: string | null;
  readonly version?: string;
  readonly active?: boolean;
  readonly tags?: readonly string[];
  readonly relayId?: string;
  readonly teams?: readonly AgentTeam[];
  readonly fault?: Fault;
}

export interface Agent {
  readonly id: string;
  readonly name: string;
  readonly active: boolean;
  readonly tags: readonly string[];
  readonly relayId: string | undefined;
  readonly teams: readonly AgentTeam[];
  fault: Fault | undefined;
  shown: Shown;
  life: { readonly life: Life; readonly startedAt: number } | undefined;
  /** The truth, for tests: requests that were taken, and those of them that came while an upgrade was in flight. */
  accepted: number;
  duplicates: number;
}

const NAMES = ["web", "api", "db-prod", "batch", "edge", "build"];
const OLD = "6.2.7.1.960390";
const OLDER = "4.8.4.2.512000";

/** Agents with names, teams and statuses such as a real fleet has; most of them want an upgrade. */
export function generateFleet(options: {
  readonly agents: number;
  readonly seed: number;
  readonly faults: number;
  readonly target: string;
}): readonly AgentSeed[] {
  const random = createRng(options.seed);
  return Array.from({ length: options.agents }, (_, i): AgentSeed => {
    const kind = NAMES[Math.floor(random() * NAMES.length)] ?? "web";
    const dice = random();
    const team: AgentTeam =
      kind === "web" || kind === "api" || kind === "edge"
        ? { teamId: "t-web", teamLabel: "Web" }
        : { teamId: "t-data", teamLabel: "Data" };
    const state =
      dice < 0.55
        ? { status: "UPGRADE_REQUIRED", version: dice < 0.05 ? OLDER : OLD }
        : dice < 0.85
          ? { status: "UPGRADE_RECOMMND", version: OLD }
          : { status: statusOf(dice), version: dice < 0.93 ? options.target : OLD };
    const fault = random() < options.faults ? FAULTS[Math.floor(random() * FAULTS.length)] : undefined;
    return {
      name: `${kind}-${String(i + 1).padStart(3, "0")}`,
      ...state,
      tags: random() < 0.1 ? ["pci"] : [],
      relayId: `relay-${1 + (i % 3)}`,
      teams: [team],
      ...(fault ? { fault } : {}),
    };
  });
}

function statusOf(dice: number): string | null {
  if (dice < 0.93) return "ONLINE";
  if (dice < 0.98) return "OFFLINE";
  if (dice < 0.985) return "ERROR";
  return dice < 0.99 ? "CONNECTING" : null;
}

/** The fleet over simulated time: what an agent shows is worked out from when it was triggered, there are no timers. */
export class Fleet {
  readonly agents = new Map<string, Agent>();
  readonly triggers: {
    readonly agent: string;
    readonly user: string;
    readonly at: number;
    readonly inFlight: number;
  }[] = [];
  maxInFlight = 0;
  readonly #byName = new Map<string, Agent>();
  readonly #seed: number;
  readonly #target: string;
  readonly #scale: number;
  readonly #now: () => number;

  constructor(
    seeds: readonly AgentSeed[],
    options: { readonly seed: number; readonly target: string; readonly scale: number; readonly now: () => number },
  ) {
    this.#seed = options.seed;
    this.#target = options.target;
    this.#scale = options.scale;
    this.#now = options.now;
    seeds.forEach((seed, i) => {
      const agent: Agent = {
        id: seed.id ?? idOf(`${seed.name} ${i}`, options.seed),
        name: seed.name,
        active: seed.active ?? true,
        tags: seed.tags ?? [],
        relayId: seed.relayId,
        teams: seed.teams ?? [{ teamId: "t-web", teamLabel: "Web" }],
        fault: seed.fault,
        shown: { status: seed.status === undefined ? "UPGRADE_REQUIRED" : seed.status, version: seed.version ?? OLD },
        life: undefined,
        accepted: 0,
        duplicates: 0,
      };
      this.agents.set(agent.id, agent);
      this.#byName.set(agent.name, agent);
    });
  }

  find(idOrName: string): Agent | undefined {
    return this.agents.get(idOrName) ?? this.#byName.get(idOrName);
  }

  now(agent: Agent): Shown & { readonly inFlight: boolean } {
    if (!agent.life) return { ...agent.shown, inFlight: false };
    return lifeAt(agent.life.life, (this.#now() - agent.life.startedAt) * this.#scale);
  }

  /** Takes a request for an upgrade and writes it down. */
  upgrade(agent: Agent, user: string): void {
    const { inFlight, ...shown } = this.now(agent);
    agent.accepted += 1;
    if (inFlight) agent.duplicates += 1;
    else
      agent.life = {
        life: rollLife(shown, this.#target, agent.fault, seedOf(agent.id, this.#seed + agent.accepted)),
        startedAt: this.#now(),
      };
    const flying = this.inFlight();
    this.maxInFlight = Math.max(this.maxInFlight, flying);
    this.triggers.push({ agent: agent.id, user, at: this.#now(), inFlight: flying });
  }

  inFlight(): number {
    let count = 0;
    for (const agent of this.agents.values()) if (this.now(agent).inFlight) count += 1;
    return count;
  }
}

function idOf(name: string, seed: number): string {
  const random = createRng(seedOf(name, seed));
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
