import { statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { test } from "../support/e2e.ts";
import { needs } from "../support/needs.ts";
import { clock, until } from "../support/time.ts";

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

test(
  "a stop in the middle of a rollout waits for no edit that Slack's pace holds back, and warns of none: the next start shows it",
  needs("turn-clock"),
  async ({ start }) => {
    const agents = Array.from({ length: 15 }, (_, i) => ({ name: `web-${i + 1}` }));
    const trial = await start({ deploy: { agents, seed: 4 } });
    await trial.startRollout();
    const edits = () => trial.standin.calls.filter(({ method }) => method === "chat.update").length;
    const outcomes = () => Object.keys(trial.outcomes("prod-1")).length;
    let [edited, editedAt, shown] = [0, 0, 0];
    await until("an edit that has to wait, because the one before has just been sent", () => {
      const isNew = edits() > edited;
      if (isNew) [edited, editedAt, shown] = [edits(), clock.monotonic(), outcomes()];
      return !isNew && outcomes() > shown && clock.monotonic() - editedAt < 1_500;
    });
    await trial.pass(100);
    const from = clock.monotonic();
    expect(await trial.endBot()).toBe(0);
    expect(clock.monotonic() - from).toBeLessThan(1_000);
    expect(trial.log()).not.toContain("Slack did not accept an update");
    await trial.startBot();
    expect(new Set(Object.values(await trial.ended("prod-1")))).toEqual(new Set(["verified"]));
  },
);
