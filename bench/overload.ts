/**
 * The adaptive slot limit against ten fixed slots, on a server that thrashes above five upgrades at once: it refuses requests with 503
 * and its agents are away for longer, the more the more are in flight. Beside it a server that takes ten well. The same durations for
 * both, on a clock that waits for nobody. `npm run bench:overload`.
 */
import { delay } from "../playground/clock.ts";
import { openTrial } from "../test/support/e2e-trial.ts";
import { clock } from "../test/support/time.ts";
import { type BenchResult, publish } from "./results.ts";

const AGENTS = 60;
const SEEDS = [1, 2, 3];
const WELL = 5;
/** An upgrade takes about 100 s on a server that is well. */
const UPGRADE_SPEED = 2.6;

interface Run {
  /** Minutes from the command until the rollout was over. */
  readonly minutes: number;
  /** Requests that did not lead to an upgrade. */
  readonly failed: number;
  readonly upgraded: number;
}

interface Comparison {
  readonly what: string;
  readonly adaptive: Run;
  readonly fixed: Run;
}

async function run(adaptive: boolean, thrashesAbove: number, seed: number): Promise<Run> {
  const agents = Array.from({ length: AGENTS }, (_, i) => ({ name: `web-${i}` }));
  const trial = await openTrial(
    {
      deploy: { agents, seed, upgradeSpeed: UPGRADE_SPEED },
      server: ["breaker: off", `limits: {adaptive: ${adaptive}}`],
    },
    true,
  );
  try {
    trial.deploy.fleet.thrashesAbove = thrashesAbove;
    await trial.startBot();
    const since = clock.now();
    await trial.startRollout();
    const end = () => trial.events("rollout.prod-1").find(({ type }) => type === "rollout.ended");
    while (!end()) await delay(clock, 10_000);
    const asked = trial.deploy.requests.get("PUT /cli/agentCLI/upgrade") ?? 0;
    const upgraded = Object.values(trial.outcomes("prod-1")).filter((outcome) => outcome === "verified").length;
    return { minutes: ((end()?.at ?? 0) - since) / 60_000, failed: asked - upgraded, upgraded };
  } finally {
    await trial.stop();
  }
}

async function compare(what: string, thrashesAbove: number): Promise<Comparison> {
  const sum = async (adaptive: boolean) => {
    const runs: Run[] = [];
    for (const seed of SEEDS) runs.push(await run(adaptive, thrashesAbove, seed));
    const of = (key: keyof Run) => runs.reduce((all, one) => all + one[key], 0);
    return { minutes: of("minutes"), failed: of("failed"), upgraded: of("upgraded") };
  };
  return { what, adaptive: await sum(true), fixed: await sum(false) };
}

export async function measureOverload(): Promise<BenchResult> {
  const thrashing = await compare(`thrashes above ${WELL}`, WELL);
  const well = await compare("takes ten well", Number.POSITIVE_INFINITY);
  const ratio = (a: number, b: number) => (b === 0 ? "-" : (a / b).toFixed(2));
  const rows = [thrashing, well].flatMap(({ what, adaptive, fixed }) => [
    [
      what,
      "adaptive",
      adaptive.upgraded,
      adaptive.minutes.toFixed(0),
      adaptive.failed,
      ratio(adaptive.minutes, fixed.minutes),
    ],
    [what, "ten", fixed.upgraded, fixed.minutes.toFixed(0), fixed.failed, "1"],
  ]);
  return {
    name: "overload",
    title: "A server that thrashes",
    about: [
      `${AGENTS} agents for each of ${SEEDS.length} seeds; the minutes and the requests of all seeds together.`,
      "A failed request is one that led to no upgrade.",
    ],
    seeds: SEEDS,
    targets: [
      {
        what: "Failed requests on a server that thrashes, adaptive to ten",
        target: "below 1",
        measured: ratio(thrashing.adaptive.failed, thrashing.fixed.failed),
        met: thrashing.adaptive.failed < thrashing.fixed.failed,
      },
      {
        what: "Time on a server that takes ten well, adaptive to ten",
        target: "at most 1.01",
        measured: ratio(well.adaptive.minutes, well.fixed.minutes),
        met: well.adaptive.minutes <= 1.01 * well.fixed.minutes,
      },
    ],
    tables: [{ columns: ["server", "slots", "upgraded", "minutes", "failed requests", "time to ten"], rows }],
  };
}

if (process.argv[1]?.endsWith("overload.ts")) {
  publish(await measureOverload());
  process.exit();
}
