import { Agent } from "./agent.ts";
import { type AgentTeam, SERVICE_USER } from "./people.ts";
import { beginRelayUpgrade, cutOffSince, type Relay, type RelayUpgrade, relayAt } from "./relay-life.ts";
import { createRng, seedOf } from "./rng.ts";
import { StatusTally } from "./status-tally.ts";
import { type Fault, type Life, lifeAt, rollLife, type Shown } from "./upgrade-life.ts";

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
  /** `JMS` or `Web`; left out = the server does not tell. */
  readonly communication?: string;
  /** When it was last heard of, in ms since 1970; left out = the server does not tell. */
  readonly lastContact?: number;
  /** Left out = where the vendor's installer puts it. */
  readonly workingDirectory?: string;
  /** What `sys.os.name` says; left out = there is no such property. */
  readonly os?: string;
  /** Further properties of the agent, by name. */
  readonly properties?: Readonly<Record<string, string>>;
}

export type Now = Shown & { readonly inFlight: boolean };

/** The version of an agent of which nothing else is said. */
export const OLD = "6.2.7.1.960390";

/** The teams of an agent of which nothing else is said. */
const TEAMS: readonly AgentTeam[] = [{ teamId: "t-web", teamLabel: "Web" }];

/** For each upgrade too many: the share of requests that are refused, and by how much agents are away for longer. */
const REFUSED = 0.1;
const SLOWED = 0.2;

/** The fleet over simulated time: what an agent shows is worked out from when it was triggered, there are no timers. */
export class Fleet {
  readonly agents = new Map<string, Agent>();
  readonly tally = new StatusTally<Agent>();
  readonly relays = new Map<string, Relay>();
  readonly triggers: {
    readonly agent: string;
    readonly user: string;
    readonly at: number;
    readonly inFlight: number;
    /** Whether a deployment ran on the agent just then. */
    readonly deploying: boolean;
  }[] = [];
  maxInFlight = 0;
  /** The most that were in flight of those that Drydock's own user started. */
  maxInFlightOurs = 0;
  /** Whether the hosts' disks are full: an upgrade that is accepted meanwhile comes back at the old version. */
  diskFull = false;
  /** With more than so many in flight the server thrashes: it refuses some requests with 503, and agents are away for longer. */
  thrashesAbove = Number.POSITIVE_INFINITY;
  /** The version that ships with the server. */
  target: string;
  #requests = 0;
  readonly #byName = new Map<string, Agent>();
  readonly #seed: number;
  readonly #scale: number;
  readonly #upgradeSpeed: number;
  readonly #now: () => number;

  constructor(
    seeds: readonly AgentSeed[],
    options: {
      readonly seed: number;
      readonly target: string;
      readonly scale: number;
      readonly now: () => number;
      readonly upgradeSpeed?: number;
      /** Versions of relays, by id; the others are as new as the server. */
      readonly relays?: Readonly<Record<string, string>>;
    },
  ) {
    this.#seed = options.seed;
    this.target = options.target;
    this.#scale = options.scale;
    this.#upgradeSpeed = options.upgradeSpeed ?? 1;
    this.#now = options.now;
    for (const [id, version] of Object.entries(options.relays ?? {})) this.#addRelay(id, version);
    seeds.forEach((seed, i) => {
      const agent = new Agent(
        {
          id: seed.id ?? idOf(`${seed.name} ${i}`, options.seed),
          name: seed.name,
          active: seed.active ?? true,
          tags: seed.tags ?? [],
          relayId: seed.relayId,
          teams: seed.teams ?? TEAMS,
          communication: seed.communication,
          lastContact: seed.lastContact,
          workingDirectory: seed.workingDirectory ?? "/opt/ibm-ucd/agent/var/work/",
          properties: new Map([
            ["Hostname", `${seed.name}.example.com`],
            ...(seed.os === undefined ? [] : [["sys.os.name", seed.os] as const]),
            ...Object.entries(seed.properties ?? {}),
          ]),
          fault: seed.fault,
          shown: { status: seed.status === undefined ? "UPGRADE_REQUIRED" : seed.status, version: seed.version ?? OLD },
          accepted: 0,
          duplicates: 0,
        },
        this.tally,
      );
      this.agents.set(agent.id, agent);
      this.#byName.set(agent.name, agent);
      if (agent.relayId && !this.relays.has(agent.relayId)) this.#addRelay(agent.relayId, options.target);
    });
  }

  #addRelay(id: string, version: string): void {
    this.relays.set(id, { id, version, downSince: undefined, upgrade: undefined });
  }

  find(idOrName: string): Agent | undefined {
    return this.agents.get(idOrName) ?? this.#byName.get(idOrName);
  }

  remove(agent: Agent): void {
    const { id, name } = agent;
    if (this.agents.delete(id)) this.tally.leave(agent);
    if (this.#byName.get(name)?.id === id) this.#byName.delete(name);
  }

  /** The agent under another id. The server does not know that it was upgrading. */
  registerAnew(agent: Agent): string {
    const { inFlight: _upgrades, ...shown } = this.now(agent);
    this.remove(agent);
    const id = idOf(`${agent.name} anew ${agent.id}`, this.#seed);
    const anew = new Agent({ ...agent, id, shown }, this.tally);
    this.agents.set(id, anew);
    this.#byName.set(anew.name, anew);
    return id;
  }

  /** What the server shows. Behind a relay that is down it knows nothing newer; the agent goes on all the same. */
  now(agent: Agent): Now {
    const now = at(agent, this.#now(), this.#scale);
    const since = cutOffSince(agent, this.relays.get(agent.relayId ?? ""), this.#now(), this.#scale);
    if (since === undefined) return now;
    return { status: "OFFLINE", version: at(agent, since, this.#scale).version, inFlight: now.inFlight };
  }

  /** What the server shows of a relay. */
  relayNow(relay: Relay): ReturnType<typeof relayAt> {
    return relayAt(relay, this.#now(), this.#scale);
  }

  /** One that comes up again has all of its agents again, and is what it was before an upgrade that went wrong. */
  setRelay(id: string, up: boolean): void {
    const relay = this.#relay(id);
    if (up) {
      relay.version = this.relayNow(relay).version;
      relay.upgrade = undefined;
      relay.downSince = undefined;
    } else relay.downSince ??= this.#now();
  }

  /** As somebody does on the relay's host: it goes offline with its agents and comes back at the server's version, if nothing goes wrong. */
  upgradeRelay(id: string, how: Partial<Pick<RelayUpgrade, "ends" | "lost">> = {}): void {
    const relay = this.#relay(id);
    const upgrade = beginRelayUpgrade({ startedAt: this.#now(), target: this.target, ...how });
    this.setRelay(id, true);
    relay.upgrade = upgrade;
  }

  #relay(id: string): Relay {
    const relay = this.relays.get(id);
    if (!relay) throw new Error(`There is no relay "${id}". Known: ${[...this.relays.keys()].join(", ") || "none"}.`);
    return relay;
  }

  /** Takes a request for an upgrade and writes it down. */
  upgrade(agent: Agent, user: string, deploying = false): void {
    const { inFlight, ...shown } = this.now(agent);
    const fault = this.diskFull ? "back-old" : agent.fault;
    agent.accepted += 1;
    if (inFlight) agent.duplicates += 1;
    else
      agent.life = {
        life: this.#slowed(
          rollLife(shown, this.target, fault, seedOf(agent.id, this.#seed + agent.accepted), this.#upgradeSpeed),
        ),
        startedAt: this.#now(),
        user,
      };
    const flying = this.inFlight();
    this.maxInFlight = Math.max(this.maxInFlight, flying);
    this.maxInFlightOurs = Math.max(this.maxInFlightOurs, this.inFlight("ours"));
    this.triggers.push({ agent: agent.id, user, at: this.#now(), inFlight: flying, deploying });
  }

  #slowed(life: Life): Life {
    const over = Math.max(0, this.inFlight() + 1 - this.thrashesAbove);
    return { ...life, away: life.away * (1 + over * SLOWED) };
  }

  /** Whether a request that comes now is refused because the server thrashes: the more are in flight, the more often. */
  thrashes(agent: Agent): boolean {
    this.#requests += 1;
    const over = this.inFlight() + 1 - this.thrashesAbove;
    return over > 0 && createRng(seedOf(agent.id, this.#seed + this.#requests))() < Math.min(0.8, over * REFUSED);
  }

  /** How many are in flight: all, those of Drydock's own user, or everybody else's. */
  inFlight(whose?: "ours" | "elsewhere"): number {
    let count = 0;
    for (const agent of this.tally.moving) {
      if (whose && (whose === "elsewhere") !== isExternal(agent)) continue;
      if (this.now(agent).inFlight) count += 1;
    }
    return count;
  }
}

/** Whether the agent's upgrade was started by another user than Drydock's. */
export function isExternal(agent: Agent): boolean {
  return agent.life !== undefined && agent.life.user !== SERVICE_USER;
}

function at(agent: Agent, time: number, scale: number): Now {
  if (!agent.life) return { ...agent.shown, inFlight: false };
  return lifeAt(agent.life.life, (time - agent.life.startedAt) * scale);
}

/** 36 characters, as all ids of these servers. */
export function idOf(name: string, seed: number): string {
  const random = createRng(seedOf(name, seed));
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
