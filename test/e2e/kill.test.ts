import { expect } from "vitest";
import { createRng } from "../../playground/deploy/rng.ts";
import { test } from "../support/e2e.ts";
import type { E2e } from "../support/e2e-trial.ts";
import { runs } from "../support/runs.ts";
import { until } from "../support/time.ts";

const KILLS = runs(4, 20);
/** More than ten, so that some wait while others are in flight. */
const AGENTS = runs(15, 30);

test("kill -9 at random moments: nothing triggered twice, nothing lost, one card that goes on", async ({ start }) => {
  const random = createRng(42);
  const agents = Array.from({ length: AGENTS }, (_, i) => ({ name: `agent-${i + 1}`, fault: "offline-late" as const }));
  const trial = await start.program({ deploy: { agents, seed: 5, scale: 60 } });
  const { fleet } = trial.deploy;
  await trial.startRollout();
  await until("the first upgrade is triggered", () => fleet.triggers.length > 0);

  for (let kill = 1; kill <= KILLS; kill += 1) {
    // A moment is a number of requests that the server has seen since, so that it falls between any two steps.
    const seen = total(trial) + Math.floor(random() * 60);
    await until("the moment of the kill", () => total(trial) >= seen);
    await trial.killBot();
    await trial.startBot();
  }

  const outcomes = Object.values(await trial.ended("prod-1"));
  expect(outcomes.filter((outcome) => outcome === "verified")).toHaveLength(AGENTS);
  const cards = trial.slack.workspace.messages.filter(
    ({ channel, thread, only }) => channel === "C0ONCALL" && thread === undefined && only === undefined,
  );
  expect(cards).toHaveLength(1);
  expect(fleet.maxInFlight).toBeLessThanOrEqual(10);
  const counts = [...fleet.agents.values()].map(({ name, accepted, duplicates }) => ({ name, accepted, duplicates }));
  expect(counts.filter(({ accepted, duplicates }) => accepted !== 1 || duplicates !== 0)).toEqual([]);
});

function total({ deploy }: E2e): number {
  return [...deploy.requests.values()].reduce((sum, count) => sum + count, 0);
}
