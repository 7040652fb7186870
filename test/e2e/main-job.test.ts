import { expect } from "vitest";
import { FAULTS, type Fault } from "../../playground/deploy/upgrade-life.ts";
import { test } from "../support/e2e.ts";
import { until } from "../support/time.ts";

/** How the agents of these faults end; all others are upgraded. */
const ENDS: Readonly<Partial<Record<Fault, string>>> = {
  refused: "refused",
  "never-offline": "never-offline",
  "never-back": "never-back",
  "back-old": "back-old",
  "error-status": "stuck",
  unchanged: "unchanged",
};

test("30 agents with every fault: each ends as it should, never more than ten in flight", async ({ start }) => {
  // Each of the twelve faults comes once; the others have none.
  const agents = Array.from({ length: 30 }, (_, i) => {
    const fault = FAULTS[i];
    return { name: `agent-${String(i + 1).padStart(3, "0")}`, ...(fault ? { fault } : {}) };
  });
  // Many fail on purpose, and so many faults at once would close slots: that has tests of its own.
  const trial = await start({
    deploy: { agents, seed: 11, upgradeSpeed: 4 },
    server: ["breaker: off", "limits: {adaptive: false}"],
  });
  await trial.startRollout();
  await trial.ended("prod-1");
  // What comes back late may still be away when everything else is done: it is corrected once it is seen.
  const faultOf = (name: string) => FAULTS[Number(name.slice(6)) - 1];
  const late = agents.filter(({ name }) => faultOf(name) === "late-back").length;
  const corrected = () => trial.events().filter(({ type }) => type === "upgrade.corrected").length;
  await until("all that come back late to be seen", () => corrected() === late);
  const outcomes = trial.outcomes("prod-1");
  for (const { name } of agents)
    expect([name, outcomes[name]]).toEqual([name, ENDS[faultOf(name) ?? "quick"] ?? "verified"]);

  const { fleet } = trial.deploy;
  expect(fleet.maxInFlight).toBe(10);
  for (const agent of fleet.agents.values()) {
    expect([agent.name, agent.duplicates]).toEqual([agent.name, 0]);
    if (outcomes[agent.name] === "verified")
      expect([agent.name, fleet.now(agent).version]).toEqual([agent.name, "7.2.3.1.1150420"]);
  }
});
