import { afterEach, expect, test } from "vitest";
import { createRng } from "../../playground/deploy/rng.ts";
import {
  cardSays,
  cards,
  renderText,
  startCompiled,
  startRollout,
  type Trial,
  threaded,
  until,
} from "../support/trial.ts";

let trial: Trial;
afterEach(() => trial.stop());

const KILLS = 20;

test("kill -9 at 20 random moments: nothing triggered twice, nothing lost, one card that goes on", {
  timeout: 240_000,
}, async () => {
  const random = createRng(42);
  const agents = Array.from({ length: 100 }, (_, i) => ({ name: `agent-${i + 1}`, fault: "offline-late" as const }));
  trial = await startCompiled({ deploy: { agents, seed: 5, scale: 60 } });
  const { fleet } = trial.deploy;
  await trial.startBot();
  await startRollout(trial);
  await until("the first upgrade is triggered", () => fleet.triggers.length > 0);

  for (let kill = 1; kill <= KILLS; kill += 1) {
    // A moment is a number of requests that the server has seen since, so that it falls between any two steps.
    const seen = total(trial) + Math.floor(random() * 60);
    await until("the moment of the kill", () => total(trial) >= seen, 20_000);
    await trial.killBot();
    await trial.startBot();
  }

  await cardSays(trial, "prod-1: finished", 150_000);
  expect(cards(trial).filter((card) => renderText(card).includes("prod-1"))).toHaveLength(1);
  // Promised as long as no single agent is cut off five times, which twenty kills at random moments do not do.
  expect(await threaded(trial, "prod-1 is finished")).toContain("100 of 100 upgraded.");
  expect(await threaded(trial, "nothing was started twice")).toMatch(/Drydock was away \d+ s, \d+ finished meanwhile/);
  expect(fleet.maxInFlight).toBeLessThanOrEqual(10);
  const counts = [...fleet.agents.values()].map((agent) => ({
    name: agent.name,
    accepted: agent.accepted,
    duplicates: agent.duplicates,
  }));
  expect(counts.filter(({ accepted, duplicates }) => accepted !== 1 || duplicates !== 0)).toEqual([]);
});

function total({ deploy }: Trial): number {
  return [...deploy.requests.values()].reduce((sum, count) => sum + count, 0);
}
