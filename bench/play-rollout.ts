import { openMemoryLedger } from "../src/adapters/memory/memory-ledger.ts";
import type { LedgerEvent } from "../src/model/events.ts";
import { DEFAULT_DEADLINES } from "../src/model/upgrade/deadlines.ts";
import { createWorld, startRollout, type World } from "../test/simulation/run.ts";
import type { SimAgent } from "../test/simulation/server.ts";
import { endedRollout } from "../test/support/ledger-with-history.ts";
import { type BenchAgent, SLOTS } from "./durations.ts";

const SECOND = 1_000;
const HOUR = 3_600_000;
const BEGIN = 1_700_000_000_000;
const WATCH = { inFlight: 5 * SECOND, fleet: 30 * SECOND, idle: null, tick: 5 * SECOND };
/** What each answer of the server takes. */
const LATENCY = 50;
/** Of the time from the request until an agent is back, the part before it goes offline, which is a minute at most. */
const UNTOUCHED = 0.3;
const MAX_UNTOUCHED = 60 * SECOND;
const MAX_HOURS = 100;
/** A limit of failures that is never reached. */
const NEVER = { count: null, share: null, of: 10 };
/** After what time Drydock reports an agent that does not come back. */
export const GIVE_UP = DEFAULT_DEADLINES.notBack;
/** How long such an agent keeps its slot. */
export const HANG = GIVE_UP + DEFAULT_DEADLINES.zombie;

export interface Played {
  /** From Start until the card shows the last upgrade of an agent that does not hang, in ms. */
  readonly makespan: number;
  /** From Start until Drydock has reported every agent that hangs. */
  readonly reported: number;
  /** Slot time of agents that hang, before the last upgrade. */
  readonly lost: number;
}

/** The whole of Drydock upgrades these agents on a simulated server, after a rollout from which it has learned. */
export async function playRollout(
  agents: readonly BenchAgent[],
  past: readonly BenchAgent[],
  seed: number,
): Promise<Played> {
  const world = await openWorld(agents, past, seed);
  const hanging = new Set(agents.filter(({ hangs }) => hangs).map(({ id }) => id));
  const wanted = agents.length - hanging.size;
  const upgraded = new Set<string>();
  const failed = new Set<string>();
  const begun = new Map<string, number>();
  const started = world.clock.real();
  const played = { makespan: 0, reported: 0, lost: 0 };
  let position = (await world.ledger.since(0, Number.MAX_SAFE_INTEGER)).length;
  // The server answers while time passes.
  let isStarted = false;
  const starting = startRollout(world).finally(() => {
    isStarted = true;
  });
  while (!isStarted) await world.step(SECOND);
  await starting;

  async function follow(): Promise<void> {
    const events = await world.ledger.since(position, Number.MAX_SAFE_INTEGER);
    position += events.length;
    for (const { type, stream, data, at } of events) {
      const agent = stream.split(".")[2] ?? "";
      if (type === "upgrade.intended") begun.set(agent, at);
      if (type !== "upgrade.outcome") continue;
      (data.outcome === "verified" ? upgraded : failed).add(agent);
    }
  }

  const showsAll = () =>
    world.slack.text("prod-2/card")?.includes(`${wanted.toLocaleString("en")} of ${shown(agents)} upgraded`);
  while (played.makespan === 0 || played.reported === 0) {
    await world.step(SECOND);
    await follow();
    const now = world.clock.real() - started;
    if (played.reported === 0 && failed.size === hanging.size) played.reported = now;
    if (played.makespan === 0 && upgraded.size === wanted && (hanging.size === 0 || showsAll())) {
      played.makespan = now;
      for (const id of hanging) played.lost += Math.min(HANG, Math.max(0, started + now - (begun.get(id) ?? Infinity)));
    }
    if (now > MAX_HOURS * HOUR || world.errors.length > 0)
      throw new Error(`After ${now / HOUR} h: ${upgraded.size} of ${wanted} upgraded, ${world.errors[0]}`);
  }
  await world.drydock().stop();
  return played;
}

async function openWorld(agents: readonly BenchAgent[], past: readonly BenchAgent[], seed: number): Promise<World> {
  const durations = new Map(agents.map(({ id, ms }) => [id, ms]));
  let clock: World["clock"] | undefined;
  const world = await createWorld(seed, {
    ledger: await ledgerAfter(past),
    agents: agents.map(
      ({ id, relayId, version, hangs }): SimAgent => ({
        id,
        relayId,
        fault: hangs ? "never-back" : "none",
        version,
        life: undefined,
      }),
    ),
    calm: true,
    begin: BEGIN,
    deadlines: DEFAULT_DEADLINES,
    watch: WATCH,
    policy: { slots: SLOTS, breaker: { total: NEVER, cause: NEVER, relay: NEVER } },
    prepare({ server }) {
      for (const id of new Set(agents.map(({ relayId }) => relayId)))
        server.relays.set(id, { up: true, version: server.version });
      const { trigger, ...rest } = server.urbancode;
      const late = Object.entries(rest).filter(([name]) => !["name", "nameless", "as", "close"].includes(name));
      const wait = () => new Promise<void>((resolve) => (clock ? clock.after(LATENCY, resolve) : resolve()));
      for (const [name, call] of late)
        Object.assign(server.urbancode, {
          [name]: async (...args: unknown[]) => {
            await wait();
            return (call as (...given: unknown[]) => unknown)(...args);
          },
        });
      Object.assign(server.urbancode, {
        async trigger(...given: Parameters<typeof trigger>) {
          await wait();
          const result = await trigger(...given);
          const agent = server.agents.get(given[0]);
          const ms = durations.get(given[0]) ?? 0;
          const delay = Math.min(UNTOUCHED * ms, MAX_UNTOUCHED);
          if (agent?.life) agent.life = { ...agent.life, delay, away: ms - delay };
          return result;
        },
      });
    },
  });
  clock = world.clock;
  return world;
}

async function ledgerAfter(past: readonly BenchAgent[]) {
  const ledger = openMemoryLedger();
  const agents = past.map(({ id, name, relayId, version, ms }) => ({
    id,
    name,
    version,
    relay: relayId,
    took: Math.round(ms),
  }));
  const events = endedRollout(1, agents).map(([stream, event], i) => {
    const closes = event.type === "upgrade.closed" ? { closes: true as const } : {};
    const at = BEGIN - 24 * HOUR;
    return { stream, events: [{ ...event, id: `past-${i}`, v: 1, at, actor: "U0BOB", ...closes } as LedgerEvent] };
  });
  await ledger.turn(0, () => events);
  return ledger;
}

function shown(agents: readonly unknown[]): string {
  return agents.length.toLocaleString("en");
}
