/**
 * What Drydock keeps in memory: resident with 10,000 and with 100,000 agents on five servers, and the heap after each hour of a simulated
 * day of 200 rollouts, with the ledger in a file. `npm run bench:memory`.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { delay, wallClock } from "../playground/clock.ts";
import { startTrial, type Trial, until } from "../playground/trial.ts";
import { openLedger } from "../src/adapters/sqlite/open-ledger.ts";
import { systemClock } from "../src/system.ts";
import { createWorld, startRollout } from "../test/simulation/run.ts";
import { OLD } from "../test/simulation/server.ts";
import { type BenchResult, publish } from "./results.ts";

const SERVERS = ["prod", "east", "west", "test", "lab"];
const FLEETS = [10_000, 100_000];
const HOURS = 24;
const ROLLOUTS = 200;
const STEP = 5_000;
const HOUR = 60 * 60_000;
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

interface Resident {
  readonly agents: number;
  readonly now: number;
  readonly most: number;
}

export async function measureResident(agents: number): Promise<Resident> {
  const deploy = { agents: agents / SERVERS.length };
  const trial = await startTrial({
    bot: ["node", "dist/src/main.js"],
    clock: wallClock,
    deploy,
    others: Object.fromEntries(SERVERS.slice(1).map((name) => [name, deploy])),
  });
  try {
    await trial.startBot();
    const lists = () =>
      [trial.deploy, ...trial.others.values()].every(({ requests }) => (requests.get("GET /cli/agentCLI") ?? 0) > 0);
    await until("a list of every server", lists, 120_000);
    for (const server of SERVERS) {
      const before = trial.slack.workspace.messages.length;
      trial.slack.acts.slash("U0ALICE", "C0ONCALL", `upgrade-required --server ${server}`);
      const isThere = () =>
        trial.slack.workspace.messages
          .slice(before)
          .some(({ blocks }) => JSON.stringify(blocks).includes(` on ${server}`));
      await until(`a plan of ${server}`, isThere, 120_000);
    }
    await delay(wallClock, 20_000);
    return { agents, now: megabytes(trial, "VmRSS"), most: megabytes(trial, "VmHWM") };
  } finally {
    await trial.stop();
  }
}

function megabytes(trial: Trial, field: string): number {
  const status = readFileSync(`/proc/${trial.pid()}/status`, "utf8");
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
}

/** The heap after each hour, in MB. What the simulated Slack and server keep is taken out of it. */
export async function soak(): Promise<{ readonly heap: readonly number[]; readonly rollouts: number }> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const folder = mkdtempSync(join(tmpdir(), "drydock-bench-"));
  const key = { fromEnvironment: "a key of the benchmark, which is long enough", clock: systemClock, log: SILENT };
  const ledger = openLedger({ file: join(folder, "drydock.db"), build: undefined, ...key });
  const world = await createWorld(1, { ledger, agents: 8, calm: true, policy: { slots: 4 } });
  const heap: number[] = [];
  let rollouts = 0;
  try {
    for (let at = 0; at < HOURS * HOUR; at += STEP) {
      if (at >= (rollouts * HOURS * HOUR) / ROLLOUTS && rollouts < ROLLOUTS) {
        for (const agent of world.server.agents.values()) Object.assign(agent, { version: OLD, life: undefined });
        await world.step(30_000);
        await startRollout(world);
        rollouts += 1;
      }
      await world.step(STEP);
      if ((at + STEP) % HOUR > 0) continue;
      (world.slack.messages as unknown[]).splice(0);
      collect();
      heap.push(process.memoryUsage().heapUsed / 1_048_576);
    }
    return { heap, rollouts };
  } finally {
    await world.drydock().stop();
    await ledger.close();
    rmSync(folder, { recursive: true });
  }
}

/** What each hour adds, by least squares, and the standard error of that, in MB. */
function slopeOf(values: readonly number[]): { readonly slope: number; readonly error: number } {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = values.reduce((sum, _value, i) => sum + (i - middle) ** 2, 0);
  const slope = values.reduce((sum, value, i) => sum + (i - middle) * (value - mean), 0) / spread;
  const rest = values.reduce((sum, value, i) => sum + (value - mean - slope * (i - middle)) ** 2, 0);
  return { slope, error: Math.sqrt(rest / (values.length - 2) / spread) };
}

function resultOf(residents: readonly Resident[], { heap, rollouts }: Awaited<ReturnType<typeof soak>>): BenchResult {
  // The first hours fill what is bounded.
  const { slope, error } = slopeOf(heap.slice(6));
  const isFlat = slope < 2 * error;
  return {
    name: "memory",
    title: "Memory",
    about: [
      "Resident memory is of a process of its own, 20 s after a plan of each server.",
      `${rollouts} rollouts run in ${HOURS} simulated hours; the heap is measured after a forced collection each hour.`,
    ],
    seeds: [1],
    targets: [
      {
        what: "Growth of the heap in an hour, after the first six",
        target: "none beyond twice its standard error",
        measured: `${(slope * 1_024).toFixed(0)} kB (standard error ${(error * 1_024).toFixed(0)} kB)`,
        met: isFlat,
        ...(isFlat ? {} : { why: "The cause is not found yet" }),
      },
    ],
    tables: [
      {
        columns: ["agents on five servers", "resident, MB", "most, MB"],
        rows: residents.map(({ agents, now, most }) => [agents.toLocaleString("en"), now.toFixed(0), most.toFixed(0)]),
      },
      {
        columns: ["hour", "heap, MB"],
        rows: heap.flatMap((value, i) => (i % 3 === 2 ? [[i + 1, value.toFixed(1)]] : [])),
      },
    ],
  };
}

if (process.argv[1]?.endsWith("memory.ts")) {
  const day = await soak();
  const residents: Resident[] = [];
  for (const agents of FLEETS) residents.push(await measureResident(agents));
  publish(resultOf(residents, day));
  process.exit();
}
