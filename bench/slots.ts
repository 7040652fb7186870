/**
 * The adaptive slot limit against ten fixed slots, on a simulated server that thrashes above five upgrades at once: it refuses requests
 * with 503 and its agents are away for longer, the more the more are in flight; and on one that takes ten well. `npm run bench:slots`.
 * Figures are ratios of the adaptive to the fixed, over the same seeds.
 */

import { buttonsOf, renderText } from "../playground/slack/block-kit.ts";
import { startTrial, until } from "../playground/trial.ts";
import { showsEnd } from "../test/support/shows-end.ts";

const AGENTS = 60;
const SCALE = 100;
const SEEDS = [1, 2, 3];
const WELL = 5;

interface Run {
  /** Simulated minutes from the first request until the rollout was over. */
  readonly minutes: number;
  /** Requests that did not lead to an upgrade. */
  readonly failed: number;
}

async function run(adaptive: boolean, thrashesAbove: number, seed: number): Promise<Run> {
  const agents = Array.from({ length: AGENTS }, (_, i) => ({ name: `web-${i}` }));
  const trial = await startTrial({
    bot: ["node", "dist/src/main.js"],
    deploy: { agents, seed, scale: SCALE },
    server: ["breaker: off", `limits: {adaptive: ${adaptive}, cutAgain: ${60_000 / SCALE}ms}`],
  });
  try {
    trial.deploy.fleet.thrashesAbove = thrashesAbove;
    await trial.startBot();
    const { acts, workspace } = trial.slack;
    acts.slash("U0ALICE", "C0ONCALL", "upgrade-required");
    const plan = await until("a plan", () =>
      workspace.messages.find(({ blocks }) => buttonsOf(blocks).some(({ label }) => label === "Start")),
    );
    const since = performance.now();
    acts.press("U0ALICE", plan, "Start");
    const over = () => workspace.messages.some((message) => showsEnd(renderText(message)));
    await until("the end", over, 600_000);
    const minutes = ((performance.now() - since) * SCALE) / 60_000;
    const asked = trial.deploy.requests.get("PUT /cli/agentCLI/upgrade") ?? 0;
    const done = [...trial.deploy.fleet.agents.values()].filter((agent) => agent.accepted > 0).length;
    return { minutes, failed: asked - done };
  } finally {
    await trial.stop();
  }
}

async function compare(what: string, thrashesAbove: number): Promise<void> {
  const sum = { adaptive: { minutes: 0, failed: 0 }, fixed: { minutes: 0, failed: 0 } };
  for (const seed of SEEDS)
    for (const kind of ["adaptive", "fixed"] as const) {
      const { minutes, failed } = await run(kind === "adaptive", thrashesAbove, seed);
      sum[kind].minutes += minutes;
      sum[kind].failed += failed;
    }
  const { adaptive, fixed } = sum;
  const ratio = (a: number, b: number) => (b === 0 ? "-" : (a / b).toFixed(2));
  process.stdout.write(
    `${what}: time ${ratio(adaptive.minutes, fixed.minutes)}, failed attempts ${ratio(adaptive.failed, fixed.failed)} (${adaptive.failed} against ${fixed.failed} of ${AGENTS * SEEDS.length} agents)\n`,
  );
}

await compare(`a server that thrashes above ${WELL}, adaptive to fixed`, WELL);
await compare("a server that takes ten well, adaptive to fixed", Number.POSITIVE_INFINITY);
