import { afterEach, expect, test } from "vitest";
import { FAULTS, type Fault } from "../../playground/deploy/upgrade-life.ts";
import { cardSays, startCompiled, startRollout, type Trial, threaded } from "../support/trial.ts";

let trial: Trial;
afterEach(() => trial.stop());

/** Each of the twelve faults comes five times, spread over the fleet; the others of each forty have none. */
const SPREAD = 40;
/** The agents of these faults end as something else than upgraded. */
const ENDS: Readonly<Partial<Record<Fault, string>>> = {
  refused: "5 agents: no write permission on AGENT_HOME/bin/air-agentupgrade.jar",
  "never-offline": "5 agents: the server took the request, but the agent never went offline",
  "never-back": "went offline and did not come back in time",
  "back-old": "5 agents: came back at the old version and still wants the upgrade",
  "error-status": "5 agents: reported an error, or could not finish connecting, for too long",
};

test("200 agents with every fault: each ends as it should, never more than ten in flight", {
  timeout: 240_000,
}, async () => {
  const agents = Array.from({ length: 200 }, (_, i) => {
    const fault = FAULTS[i % SPREAD];
    return { name: `agent-${String(i + 1).padStart(3, "0")}`, ...(fault ? { fault } : {}) };
  });
  // A quarter fails on purpose, and so many faults at once would close slots: that has tests of its own.
  const server = ["breaker: off", "limits: {adaptive: false}"];
  trial = await startCompiled({ deploy: { agents, seed: 11, scale: 100 }, server });
  await trial.startBot();
  await startRollout(trial);

  const card = await cardSays(trial, "prod-1: finished", 200_000);
  expect(card).toContain("100%");
  const end = await threaded(trial, "prod-1 is finished");
  // Those that come back late may still be away when everything else is done: they are counted as failed until they are seen.
  expect(end).toMatch(
    /prod-1 is finished, with failures: 1(6[5-9]|70) of 200 upgraded, (2[5-9]|30) failed, 5 unchanged\./,
  );
  for (const sentence of Object.values(ENDS)) await threaded(trial, sentence);
  await cardSays(trial, "170 of 200 upgraded, 25 failed, 5 unchanged.", 90_000);

  const { fleet } = trial.deploy;
  expect(fleet.maxInFlight).toBeLessThanOrEqual(10);
  for (const agent of fleet.agents.values()) {
    expect([agent.name, agent.duplicates]).toEqual([agent.name, 0]);
    const ends = FAULTS[(Number(agent.name.slice(6)) - 1) % SPREAD];
    if (!ends || (ENDS[ends] === undefined && ends !== "unchanged"))
      expect([agent.name, fleet.now(agent).version]).toEqual([agent.name, "7.2.3.1.1150420"]);
  }
});
