import { afterEach, expect, test } from "vitest";
import { messages, startCompiled, startRollout, type Trial, threaded, told, until } from "../support/trial.ts";

let trial: Trial;
afterEach(() => trial.stop());

test("SIGTERM while the server hangs and people wait for answers: all are told, it ends by itself, and goes on at the next start", {
  timeout: 120_000,
}, async () => {
  const agents = Array.from({ length: 25 }, (_, i) => ({ name: `web-${i + 1}` }));
  trial = await startCompiled({ deploy: { agents, seed: 4, scale: 100 } });
  const { fleet, trouble } = trial.deploy;
  await trial.startBot();
  await startRollout(trial);
  await until("the first upgrades", () => fleet.triggers.length >= 5);
  trouble({ kind: "silent", seconds: 15 });
  trial.slack.acts.slash("U0DAVE", "C0ONCALL", "upgrade-required");
  trial.slack.acts.slash("U0BOB", "C0ONCALL", "upgrade-recommended");
  const requests = () => [...trial.deploy.requests.values()].reduce((sum, n) => sum + n, 0);
  const before = requests();
  await until("a request that hangs", () => requests() > before);
  const ending = trial.endBot();
  // 0 only where everything was closed in time; what is late ends with 1.
  expect(await ending).toBe(0);
  const said = (person: string) =>
    messages(trial, ({ only }, shown) => only === person && shown.includes("Drydock is being restarted"));
  for (const person of ["U0DAVE", "U0BOB"]) expect([person, said(person).length]).toEqual([person, 1]);
  trouble({ kind: "none" });
  await trial.startBot();
  expect(await threaded(trial, "prod-1 is finished", 60_000)).toContain("25 of 25 upgraded");
  expect([...fleet.agents.values()].filter(({ duplicates }) => duplicates > 0)).toEqual([]);
  await told(trial, "U0ALICE", "prod-1");
});
