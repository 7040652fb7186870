/**
 * How long a start takes with a ledger of a million events of ended rollouts and one that runs, with a snapshot and without one: until
 * people are answered, until upgrades may begin, and until the whole chain is verified; how long the event loop is blocked meanwhile,
 * and the memory of the process. `npm run bench:start [EVENTS]`.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { openLedger } from "../src/adapters/sqlite/open-ledger.ts";
import type { LedgerEvent } from "../src/model/events.ts";
import type { LedgerWrite } from "../src/model/ledger-port.ts";
import { createLedgerCheck } from "../src/projections/ledger-check.ts";
import { openProjections } from "../src/projections/projections.ts";
import { systemClock, systemRandom } from "../src/system.ts";
import { endedRollout } from "../test/support/ledger-with-history.ts";

const AGENTS = 200;
const PER_ROLLOUT = endedRollout(1, AGENTS).length;
const KEY = "a key of the benchmark, which is long enough";
const BEGIN = 1_600_000_000_000;
const TWO_HOURS = 2 * 60 * 60_000;
/** Rollouts that are written at once. */
const AT_ONCE = 20;
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

interface Start {
  readonly answers: number;
  readonly begins: number;
  readonly verified: number;
  readonly blocked: number;
  readonly memory: number;
}

function open(file: string, build: string | undefined) {
  return openLedger({ file, fromEnvironment: KEY, clock: systemClock, log: SILENT, build });
}

/** The last of the rollouts has not ended. */
async function write(file: string, events: number): Promise<void> {
  const ledger = open(file, undefined);
  const rollouts = Math.ceil(events / PER_ROLLOUT);
  let position = 0;
  for (let n = 1; n <= rollouts; n += AT_ONCE) {
    const writes: LedgerWrite[] = [];
    for (let m = n; m < n + AT_ONCE && m <= rollouts; m += 1) {
      const whole = endedRollout(m, AGENTS);
      for (const [stream, event] of m < rollouts ? whole : whole.slice(0, 50)) {
        position += 1;
        const closes = event.type === "upgrade.closed" ? { closes: true as const } : {};
        const at = BEGIN + m * TWO_HOURS;
        writes.push({
          stream,
          events: [{ ...event, id: `${position}`, v: 1, at, actor: "U0BOB", ...closes } as LedgerEvent],
        });
      }
    }
    await ledger.turn(Math.max(0, position - writes.length), () => writes);
  }
  await ledger.close();
}

async function start(file: string, build: string | undefined): Promise<Start> {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  let memory = 0;
  const look = setInterval(() => {
    memory = Math.max(memory, process.memoryUsage().rss);
  }, 20);
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1_000;
  const ledger = open(file, build);
  const projections = await openProjections(ledger, { clock: systemClock, random: systemRandom });
  const answers = seconds();
  delays.enable();
  let begins = answers;
  await new Promise<void>((resolve, reject) => {
    if (!ledger.older) resolve();
    const log = { ...SILENT, info: () => resolve() };
    const check = createLedgerCheck({ ledger, projections, servers: ["prod"], log });
    check.onDone(() => {
      begins = seconds();
    });
    void check.fault.then(reject);
  });
  const verified = seconds();
  const blocked = delays.max / 1e6;
  memory = Math.max(memory, process.memoryUsage().rss);
  clearInterval(look);
  projections.keep();
  await ledger.close();
  return { answers, begins, verified, blocked, memory: memory / 1_048_576 };
}

/** In a process of its own, whose memory is that of one start. */
function measured(...given: readonly string[]): Start {
  const self = fileURLToPath(import.meta.url);
  return JSON.parse(
    execFileSync(process.execPath, ["--import", "tsx", self, "start", ...given], { encoding: "utf8" }),
  ) as Start;
}

function line(name: string, { answers, begins, verified, blocked, memory }: Start): string {
  const s = (value: number) => `${value.toFixed(2)} s`;
  return `${name}: answers after ${s(answers)}, begins upgrades after ${s(begins)}, chain verified after ${s(verified)}; event loop blocked for ${blocked.toFixed(0)} ms at most; ${memory.toFixed(0)} MB\n`;
}

async function main(events: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "drydock-bench-"));
  const file = join(folder, "drydock.db");
  try {
    await write(file, events);
    const without = measured(file);
    process.stdout.write(line(`${events.toLocaleString("en")} events, no snapshot`, without));
    // The first start with snapshots has none yet, and keeps one.
    measured(file, "bench");
    const kept = measured(file, "bench");
    process.stdout.write(line("with a snapshot", kept));
    const ratio = (key: keyof Start) => (kept[key] / without[key]).toFixed(3);
    process.stdout.write(`ratios: answers ${ratio("answers")}, begins ${ratio("begins")}, memory ${ratio("memory")}\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const [what, file = "", build] = process.argv.slice(2);
if (what === "start") process.stdout.write(JSON.stringify(await start(file, build)));
else await main(Number(what ?? 1_000_000));
