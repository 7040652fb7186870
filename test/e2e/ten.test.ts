import { afterEach, expect, test } from "vitest";
import { cardSays, startCompiled, startRollout, type Trial } from "../support/trial.ts";

let trial: Trial;
afterEach(() => trial.stop());

test("several people, several rollouts, one server: ten in flight together, and both get their turn", {
  timeout: 120_000,
}, async () => {
  const agents = ["web", "data"].flatMap((kind) =>
    Array.from({ length: 15 }, (_, i) => ({ name: `${kind}-${i}`, teams: [{ teamId: `t-${kind}`, teamLabel: kind }] })),
  );
  trial = await startCompiled({ deploy: { agents, seed: 8, scale: 100 } });
  await trial.startBot();
  await startRollout(trial, "U0BOB");
  await startRollout(trial, "U0DAVE");
  await cardSays(trial, "prod-1: finished", 90_000);
  await cardSays(trial, "prod-2: finished", 90_000);
  const { fleet } = trial.deploy;
  expect(fleet.maxInFlight).toBe(10);
  expect(fleet.triggers).toHaveLength(30);
  const kindOf = (id: string) => fleet.agents.get(id)?.name.split("-")[0];
  const half = fleet.triggers.slice(0, 20).map(({ agent }) => kindOf(agent));
  expect(half.filter((kind) => kind === "data").length).toBeGreaterThanOrEqual(5);
});
