import { afterEach, expect, test } from "vitest";
import { cardSays, renderText, startCompiled, startRollout, type Trial, until } from "../support/trial.ts";

let trial: Trial;
afterEach(() => trial.stop());

const AGENTS = ["web-1", "web-2", "db-1"].map((name) => ({ name }));
const POOLS = [
  { name: "blue", agents: ["web-1", "web-2"] },
  { name: "solo", agents: ["db-1"] },
];

async function start(pools: typeof POOLS | "denied"): Promise<void> {
  trial = await startCompiled({ deploy: { agents: AGENTS, scale: 60 }, server: ["limits: {pools: true}"] });
  trial.deploy.conditions.pools = pools;
  await trial.startBot();
}

test("half of a pool at a time, and who is alone in one only when somebody says so", { timeout: 60_000 }, async () => {
  await start(POOLS);
  const plan = renderText(await startRollout(trial));
  expect(plan).toContain("At most 10 at once, of an agent pool half, and never its last online agent.");
  expect(plan).toContain("last of its pool 1: `db-1` (`the only agent of pool solo:");
  await cardSays(trial, "2 of 2 upgraded", 40_000);
  // There were slots for both.
  expect(trial.deploy.fleet.maxInFlight).toBe(1);

  const last = renderText(await startRollout(trial, "U0ALICE", "upgrade-required --include-last"));
  expect(last).toContain("The last online agent of a pool is upgraded too");
  await cardSays(trial, "1 of 1 upgraded", 40_000);
});

test("pools that nobody may see hold nothing up, and the plan and the card say so", { timeout: 60_000 }, async () => {
  await start("denied");
  const said = "The agent pools of prod cannot be read, so nothing waits for them: `prod answered 400";
  expect(renderText(await startRollout(trial))).toContain(said);
  await cardSays(trial, said);
  await until("all to be upgraded", () => trial.deploy.truth().counts.ONLINE === AGENTS.length, 40_000);
});
