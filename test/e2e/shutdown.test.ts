import { statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { test } from "../support/e2e.ts";
import { until } from "../support/time.ts";

test("SIGTERM while the server hangs and people wait for answers: all are told, it ends by itself, and goes on at the next start", async ({
  start,
}) => {
  const agents = Array.from({ length: 15 }, (_, i) => ({ name: `web-${i + 1}` }));
  const trial = await start.program({ deploy: { agents, seed: 4, scale: 100 }, request: "30s" });
  const { fleet, trouble } = trial.deploy;
  await trial.startRollout();
  await until("the first upgrades", () => fleet.triggers.length >= 5);
  trouble({ kind: "silent", seconds: 3_600 });
  trial.say("U0DAVE", "upgrade-required");
  trial.say("U0BOB", "upgrade-recommended");
  const requests = () => [...trial.deploy.requests.values()].reduce((sum, n) => sum + n, 0);
  const before = requests();
  await until("a request that hangs", () => requests() > before);
  await until("both commands to be taken", () => trial.slack.unacknowledged() === 0);
  // 0 only where everything was closed in time; what is late ends with 1.
  expect(await trial.endBot()).toBe(0);
  // The next start goes on from it.
  expect(statSync(join(trial.directory, "drydock.db.snapshot")).mode & 0o777).toBe(0o600);
  for (const person of ["U0DAVE", "U0BOB"]) await trial.told(person, "cut-off");
  trouble({ kind: "none" });
  await trial.startBot();
  expect(new Set(Object.values(await trial.ended("prod-1")))).toEqual(new Set(["verified"]));
  expect([...fleet.agents.values()].filter(({ duplicates }) => duplicates > 0)).toEqual([]);
  expect(fleet.maxInFlight).toBeLessThanOrEqual(10);
});
