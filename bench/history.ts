/**
 * What ended rollouts cost. The same rollout runs on a simulated server and Slack with 0, 200 and 2,000 ended rollouts of 200 agents
 * before it: what five seconds of it take (pulses, ticks, polls), and two commands. Times are ratios to those without a history.
 * There, `rollouts` lists one rollout and otherwise ten. The memory is that of the projections. `npm run bench:history`.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { openMemoryLedger } from "../src/adapters/memory/memory-ledger.ts";
import type { NewEvent, StoredEvent } from "../src/model/events.ts";
import type { Ledger } from "../src/model/ledger-port.ts";
import { openProjections } from "../src/projections/projections.ts";
import { systemClock, systemRandom } from "../src/system.ts";
import { createWorld, startRollout } from "../test/simulation/run.ts";

const SIZES = [0, 200, 2_000];
const AGENTS = 200;
const STEPS = 40;
const SECOND = 1_000;
/** Further back than what people ask for is added up. */
const BEGIN = 1_700_000_000_000;

interface Cost {
  /** The median and the 99th percentile of five seconds, in ms. */
  readonly step: number;
  readonly slowest: number;
  readonly status: number;
  readonly rollouts: number;
}

/** The events of one ended rollout of which everything is told. */
function eventsOf(n: number): readonly (readonly [stream: string, event: NewEvent])[] {
  const id = `prod-${n}`;
  const agents = Array.from({ length: AGENTS }, (_, i) => ({ id: `old-${i}`, name: `old-${i}` }));
  const planned = agents.map((agent) => ({ ...agent, status: "upgrade-required" as const, version: "6.2.7.1.1" }));
  const options = { slots: 10, reason: null };
  const plan = { server: "prod", serverVersion: "8", options, agents: planned, excluded: [], hash: "h" };
  const owner = { owner: "U0BOB", serverUser: { id: "bob", name: "bob" }, channel: "C0" };
  const ids = agents.map((agent) => agent.id);
  const posted = (key: string): readonly [string, NewEvent] => [
    `rollout.${id}`,
    { type: "message.posted", data: { key, channel: "C0", ts: `${n}.${key}` } },
  ];
  return [
    ["server.prod", { type: "agents.claimed", data: { rollout: id, agents: ids } }],
    [`rollout.${id}`, { type: "rollout.started", data: { rollout: id, plan, ...owner } }],
    posted("card"),
    ...agents.flatMap((agent): readonly (readonly [string, NewEvent])[] => {
      const stream = `upgrade.${id}.${agent.id}.1`;
      const begun = { rollout: id, server: "prod", agent, attempt: 1, from: "6.2.7.1.1" };
      return [
        [stream, { type: "upgrade.intended", data: begun }],
        [stream, { type: "upgrade.outcome", data: { outcome: "verified", detail: null, holdsSlot: false } }],
        [stream, { type: "upgrade.closed", data: {} }],
      ];
    }),
    [`rollout.${id}`, { type: "rollout.ended", data: {} }],
    posted("end"),
    posted("file"),
    ["server.prod", { type: "agents.released", data: { rollout: id, agents: ids } }],
  ];
}

const EVENTS = eventsOf(1).length;

/** A ledger that begins with so many ended rollouts. They are made anew when they are read, so that they take no memory. */
function ledgerWith(ended: number): Ledger {
  const past = ended * EVENTS;
  const after = openMemoryLedger();
  const moved = (event: StoredEvent): StoredEvent => ({ ...event, position: event.position + past });

  function* history(from: number, to: number): Generator<StoredEvent> {
    let made: { readonly n: number; readonly events: ReturnType<typeof eventsOf> } | undefined;
    for (let position = from; position <= to; position += 1) {
      const n = Math.ceil(position / EVENTS);
      if (made?.n !== n) made = { n, events: eventsOf(n) };
      const [stream, event] = made.events[(position - 1) % EVENTS] ?? [];
      if (!stream || !event) continue;
      const place = { stream, seq: position, position };
      yield { ...event, ...place, id: `old-${position}`, v: 1, at: n * SECOND, actor: "U0BOB" } as StoredEvent;
    }
  }

  return {
    ...after,
    turn: async (position, decide) =>
      (await after.turn(Math.max(0, position - past), (others) => decide(others.map(moved)))).map(moved),
    async since(position, limit) {
      const old = [...history(position + 1, Math.min(past, position + limit))];
      const rest = limit - old.length;
      const newer = rest > 0 ? await after.since(Math.max(0, position - past), rest) : [];
      return [...old, ...newer.map(moved)];
    },
  };
}

async function measure(ended: number): Promise<Cost> {
  const policy = { slots: 2 };
  const world = await createWorld(1, { ledger: ledgerWith(ended), agents: 40, calm: true, begin: BEGIN, policy });
  await startRollout(world);
  // The first look after a start takes every rollout.
  for (let i = 0; i < 3; i += 1) await world.step(5 * SECOND);
  const steps: number[] = [];
  const status: number[] = [];
  const rollouts: number[] = [];
  for (let i = 0; i < STEPS; i += 1) {
    steps.push(await timed(() => world.step(5 * SECOND)));
    status.push(await timed(() => world.say("status")));
    rollouts.push(await timed(() => world.say("rollouts")));
  }
  await world.drydock().stop();
  return {
    step: share(steps, 0.5),
    slowest: share(steps, 0.99),
    status: share(status, 0.5),
    rollouts: share(rollouts, 0.5),
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await work();
  return performance.now() - since;
}

function share(times: readonly number[], part: number): number {
  return [...times].sort((a, b) => a - b)[Math.ceil(part * times.length) - 1] ?? 0;
}

/** What the projections keep, in MB. */
async function memory(ended: number): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  const before = process.memoryUsage().heapUsed;
  const projections = await openProjections(ledgerWith(ended), { clock: systemClock, random: systemRandom });
  collect();
  const kept = process.memoryUsage().heapUsed - before;
  return projections.rollouts.size === ended ? kept / 1_048_576 : Number.NaN;
}

// The first run also warms up the machine.
await measure(0);
const none = await measure(0);
for (const ended of SIZES) {
  const cost = await measure(ended);
  const ratio = (key: keyof Cost) => (cost[key] / none[key]).toFixed(2);
  process.stdout.write(
    `${ended} ended rollouts: 5 s of a rollout ${ratio("step")} (p99 ${ratio("slowest")}), status ${ratio("status")}, rollouts ${ratio("rollouts")}, ${(await memory(ended)).toFixed(0)} MB\n`,
  );
}
