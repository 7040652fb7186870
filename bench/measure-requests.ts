import { delay } from "../playground/clock.ts";
import type { AgentSeed } from "../playground/deploy/fleet.ts";
import { type Deploy, startDeploy } from "../playground/deploy/start-deploy.ts";
import { openTrial } from "../test/support/e2e-trial.ts";
import { clock } from "../test/support/time.ts";
import { shareOf } from "./share-of.ts";

export const DRYDOCK = "Drydock";
export const POLLER = "a poller, 5 s";
export const SEED = 7;
/** The largest fleet of which the poller reads the list every 30 s. */
export const MOST_POLLED = 10_000;
/** An upgrade takes about 100 s: up to 46 s untouched, then a lognormal time with median 69 s and sigma 0.5. */
const UPGRADE_SPEED = 2.6;
const SLOTS = 10;
const TARGET = "7.2.3.1.1150420";
/** For how long an agent that is back connects, in ms. */
const CONNECTING = 5_000;
/** After this Drydock has started and reported that it did, in ms. */
const STARTING = 5 * 60_000;

/** What a rollout cost, on one way. */
export interface Cost {
  readonly way: string;
  readonly fleet: number;
  readonly agents: number;
  readonly requests: number;
  readonly kilobytes: number;
  readonly lists: number;
  /** kB of one whole list. */
  readonly list: number;
  /** Seconds from online until the slot is free. */
  readonly p95: number;
  /** By method and path. */
  readonly byCall: ReadonlyMap<string, number>;
}

function seeds(fleet: number): readonly AgentSeed[] {
  const wanting = Math.max(50, Math.round(fleet * 0.05));
  return Array.from({ length: fleet }, (_, i) => ({
    name: `agent-${i}`,
    ...(i < wanting ? {} : { status: "ONLINE", version: TARGET }),
  }));
}

const options = (fleet: number) => ({
  agents: seeds(fleet),
  seed: SEED,
  serverVersion: TARGET,
  upgradeSpeed: UPGRADE_SPEED,
});

/** When an agent was online again, by the server's own truth. */
function onlineAt({ fleet }: Deploy, id: string): number {
  const life = fleet.agents.get(id)?.life;
  return life ? life.startedAt + life.life.delay + life.life.away + CONNECTING : Number.NaN;
}

/** What the server was asked so far, and the bytes that went over its sockets. */
function traffic({ requests, bytes }: Deploy) {
  return { byCall: new Map(requests), bytes: bytes() };
}

async function cost(
  way: string,
  fleet: number,
  deploy: Deploy,
  { freed, before }: { readonly freed: ReadonlyMap<string, number>; readonly before: ReturnType<typeof traffic> },
): Promise<Cost> {
  const now = traffic(deploy);
  const counts = [...now.byCall].map(([call, count]) => [call, count - (before.byCall.get(call) ?? 0)] as const);
  const byCall = new Map(counts.filter(([, count]) => count > 0));
  const late = [...freed].map(([id, at]) => (at - onlineAt(deploy, id)) / 1_000);
  const kilobytes = (now.bytes - before.bytes) / 1_000;
  const authorization = `Basic ${Buffer.from(`${deploy.user}:${deploy.password}`).toString("base64")}`;
  const list =
    (await (await fetch(`${deploy.url}/cli/agentCLI`, { headers: { authorization } })).text()).length / 1_000;
  return {
    way,
    fleet,
    agents: freed.size,
    requests: [...byCall.values()].reduce((sum, count) => sum + count, 0),
    kilobytes,
    list,
    lists: byCall.get("GET /cli/agentCLI") ?? 0,
    p95: shareOf(late, 0.95),
    byCall,
  };
}

async function drydock(fleet: number): Promise<Cost> {
  const trial = await openTrial({ deploy: options(fleet), server: ["breaker: off"] }, true);
  try {
    await trial.startBot();
    // What it reads when it starts, and for its report of the start, is no rollout's cost.
    await delay(clock, STARTING);
    const before = traffic(trial.deploy);
    await trial.startRollout("U0ALICE", "upgrade-required");
    const isOver = () => trial.events("rollout.prod-1").some(({ type }) => type === "rollout.ended");
    while (!isOver()) await delay(clock, 60_000);
    // Its report, a CSV file, is in Slack by then.
    await delay(clock, 30_000);
    const freed = new Map<string, number>();
    for (const { type, at, stream } of trial.events())
      if (type === "upgrade.outcome") freed.set(stream.split(".")[2] ?? "", at);
    return await cost(DRYDOCK, fleet, trial.deploy, { freed, before });
  } finally {
    await trial.stop();
  }
}

async function poller(fleet: number): Promise<Cost> {
  const stopClock = clock.run();
  const deploy = await startDeploy({ ...options(fleet), clock });
  const authorization = `Basic ${Buffer.from(`${deploy.user}:${deploy.password}`).toString("base64")}`;
  const ask = async (path: string, method = "GET") =>
    (await fetch(deploy.url + path, { method, headers: { authorization } })).text();
  const freed = new Map<string, number>();
  const before = traffic(deploy);
  try {
    const all = JSON.parse(await ask("/cli/agentCLI")) as { readonly id: string; readonly status: string }[];
    const waiting = all.filter(({ status }) => status === "UPGRADE_REQUIRED").map(({ id }) => id);
    let isOver = false;
    const one = async (id: string) => {
      await ask(`/cli/agentCLI/upgrade?agent=${id}`, "PUT");
      for (let status = ""; status !== "ONLINE"; ) {
        await delay(clock, 5_000);
        ({ status } = JSON.parse(await ask(`/cli/agentCLI/info?agent=${id}`)) as { readonly status: string });
      }
      freed.set(id, clock.now());
    };
    const slot = async () => {
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) await one(id);
    };
    const lists = async () => {
      while (!isOver) {
        await ask("/cli/agentCLI");
        await delay(clock, 30_000);
      }
    };
    const listing = lists();
    await Promise.all(Array.from({ length: SLOTS }, slot));
    isOver = true;
    await listing;
    return await cost(POLLER, fleet, deploy, { freed, before });
  } finally {
    await deploy.stop();
    stopClock();
  }
}

/** Both ways at each size; the poller only where its lists are written in minutes. */
export async function measureRequests(fleets: readonly number[]): Promise<readonly Cost[]> {
  const costs: Cost[] = [];
  for (const fleet of fleets) {
    if (fleet <= MOST_POLLED) costs.push(await poller(fleet));
    costs.push(await drydock(fleet));
  }
  return costs;
}
