/**
 * What Drydock keeps in memory: resident with 10,000 and with 100,000 agents on five servers, and the heap after each hour of two
 * simulated days of 200 rollouts each, with the ledger in a file. `npm run bench:memory`. Which list grows, test/simulation/soak.test.ts
 * finds by counts.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { getHeapSnapshot, setFlagsFromString } from "node:v8";
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
const HOURS = 48;
const ROLLOUTS = 400;
/** What the rollouts of the last 26 hours were is kept for the size of later ones: memory grows until then. */
const STEADY_AFTER = 28;
/**
 * What counts as no growth, in kB a rollout. Of each past rollout its id and the place of its card stay (0.2 kB), and the tables of a
 * few Maps double now and then, each by up to 14 kB at once.
 */
const MAX_GROWTH = 1;
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

interface Soak {
  /** After each hour, in MB. */
  readonly heap: readonly number[];
  readonly rollouts: number;
  /** What a rollout has left in memory once it was steady, in kB. */
  readonly growth: number;
}

/** What the simulated Slack keeps is taken out of it. */
export async function soak(): Promise<Soak> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const folder = mkdtempSync(join(tmpdir(), "drydock-bench-"));
  const key = { fromEnvironment: "a key of the benchmark, which is long enough", clock: systemClock, log: SILENT };
  const ledger = openLedger({ file: join(folder, "drydock.db"), build: undefined, ...key });
  const world = await createWorld(1, { ledger, agents: 8, calm: true, policy: { slots: 4 } });
  const heap: number[] = [];
  let rollouts = 0;
  let steady = { rollouts: 0, data: 0 };
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
      if (heap.length === STEADY_AFTER) steady = { rollouts, data: await dataInHeap() };
    }
    const growth = ((await dataInHeap()) - steady.data) / (rollouts - steady.rollouts);
    return { heap, rollouts, growth: growth / 1_024 };
  } finally {
    await world.drydock().stop();
    await ledger.close();
    rmSync(folder, { recursive: true });
  }
}

interface Snapshot {
  readonly snapshot: {
    readonly meta: { readonly node_fields: readonly string[]; readonly node_types: readonly [string[]] };
  };
  readonly nodes: readonly number[];
}

/** What programs make of it. Code is not among it: V8 goes on compiling for days, about 10 kB an hour here, and drops some again. */
const DATA: ReadonlySet<string | undefined> = new Set([
  "array",
  "closure",
  "concatenated string",
  "number",
  "object",
  "regexp",
  "sliced string",
  "string",
]);

/** The bytes of all data that is in use. */
async function dataInHeap(): Promise<number> {
  const { snapshot, nodes } = (await json(getHeapSnapshot())) as Snapshot;
  const { node_fields, node_types } = snapshot.meta;
  const [type, size] = [node_fields.indexOf("type"), node_fields.indexOf("self_size")];
  let sum = 0;
  for (let i = 0; i < nodes.length; i += node_fields.length)
    if (DATA.has(node_types[0][nodes[i + type] ?? 0])) sum += nodes[i + size] ?? 0;
  return sum;
}

function resultOf(residents: readonly Resident[], { heap, rollouts, growth }: Soak): BenchResult {
  const isFlat = growth <= MAX_GROWTH;
  return {
    name: "memory",
    title: "Memory",
    about: [
      "Resident memory is of a process of its own, 20 s after a plan of each server.",
      `${rollouts} rollouts run in ${HOURS} simulated hours; the heap is measured after a forced collection each hour.`,
      `Growth is of data alone, from hour ${STEADY_AFTER}: what is kept for a day is there by then, and V8 compiles code for days.`,
    ],
    seeds: [1],
    targets: [
      {
        what: "Growth of memory with each rollout, once it is steady",
        target: `at most ${MAX_GROWTH} kB`,
        measured: `${growth.toFixed(2)} kB`,
        met: isFlat,
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
