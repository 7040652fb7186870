/** How long an upgrade is expected to take before one has been measured. It is our own guess, because the vendor names no time. */
export const GUESSED_DURATION = 3 * 60_000;

/** How many of the newest durations of one agent, relay or server are kept. */
const MAX_SAMPLES = 25;

/** What upgrades took so far, by agent, by relay, by the version before, and by server. */
export interface Learned {
  /** Adds one that was proven; `ms` from the request to the proof. */
  add(server: string, agent: Known, ms: number): void;
  expect(server: string, agent: Known): Expectation;
  /** How many were added: while this stays, expectations do. */
  readonly added: number;
  /** All of it, to begin with it again. */
  readonly durations: ReadonlyMap<string, readonly number[]>;
}

interface Known {
  readonly id: string;
  readonly relay?: string | undefined;
  /** Before the upgrade. */
  readonly version?: string | null | undefined;
}

export interface Expectation {
  readonly ms: number;
  /** False where nothing is known of this server yet. */
  readonly learned: boolean;
}

/**
 * Medians: of the agent itself, else of its relay's agents at its version, of its relay's, of those at its version, of its server's,
 * else a guess. Lists tell no operating system. Bounded by the number of agents.
 */
export function createLearned(saved: Learned["durations"] = new Map()): Learned {
  const durations = new Map(saved);
  const medians = new Map<string, number>();
  let added = 0;

  function keep(key: string, ms: number): void {
    const known = durations.get(key) ?? [];
    durations.set(key, [...known, ms].slice(-MAX_SAMPLES));
    medians.delete(key);
  }

  /** The nearest first. Most who ask for them take the first or the second. */
  function* keysOf(server: string, { id, relay, version }: Known): Iterable<string> {
    yield `agent ${server} ${id}`;
    if (relay && version) yield `relay-version ${server} ${relay} ${version}`;
    if (relay) yield `relay ${server} ${relay}`;
    if (version) yield `version ${server} ${version}`;
    yield `server ${server}`;
  }

  /** A plan of a large fleet asks for thousands. */
  function medianOf(key: string, known: readonly number[]): number {
    const ms = medians.get(key) ?? median(known);
    medians.set(key, ms);
    return ms;
  }

  return {
    durations,
    get added() {
      return added;
    },
    add(server, agent, ms) {
      added += 1;
      for (const key of keysOf(server, agent)) keep(key, ms);
    },
    expect(server, agent) {
      for (const key of keysOf(server, agent)) {
        const known = durations.get(key);
        if (known) return { ms: medianOf(key, known), learned: true };
      }
      return { ms: GUESSED_DURATION, learned: false };
    },
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** The least time in which these durations (ms) fit into this many slots. */
export function lowerBound(durations: readonly number[], slots: number): number {
  const sum = durations.reduce((total, duration) => total + duration, 0);
  return Math.max(sum / slots, ...durations.slice(0, 50_000), 0);
}

/** How long it takes, in ms, if each of these durations begins as soon as one of this many slots is free, in this order. */
export function forecast(durations: readonly number[], slots: number): number {
  const busyUntil = new Array<number>(Math.max(1, slots)).fill(0);
  for (const duration of durations) {
    const first = busyUntil.indexOf(Math.min(...busyUntil));
    busyUntil[first] = (busyUntil[first] ?? 0) + duration;
  }
  return Math.max(...busyUntil);
}

/** How long one upgrade is expected to take, in ms, and the relay that it is behind. */
export interface Length {
  readonly ms: number;
  readonly relay?: string | undefined;
}

/** How many upgrades run at once at most, in all and behind one relay. */
export interface Capacity {
  readonly slots: number;
  readonly perRelay: number;
}

/** The same, but no sooner than the agents of any one relay are done. */
export function forecastBehindRelays(lengths: readonly Length[], { slots, perRelay }: Capacity): number {
  const relays = new Map<string, number[]>();
  for (const { ms, relay } of lengths) {
    if (relay === undefined) continue;
    const behind = relays.get(relay) ?? [];
    behind.push(ms);
    relays.set(relay, behind);
  }
  const atOnce = Math.min(slots, perRelay);
  const all = lengths.map(({ ms }) => ms);
  return Math.max(forecast(all, slots), ...[...relays.values()].map((behind) => forecast(behind, atOnce)));
}

/** The same for a rollout: its canaries go first, and the rest begins when they have been stable for so long. */
export function rolloutForecast(
  lengths: readonly Length[],
  given: Capacity & { readonly canaries: number; readonly stable: number },
): number {
  const { canaries, stable } = given;
  const first = forecastBehindRelays(lengths.slice(0, canaries), given);
  const rest = lengths.slice(canaries);
  const after = rest.length === 0 || canaries === 0 ? 0 : stable;
  return first + after + forecastBehindRelays(rest, given);
}
