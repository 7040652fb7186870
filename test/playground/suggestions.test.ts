import { describe, expect } from "vitest";
import type { AgentSeed } from "../../playground/deploy/fleet.ts";
import { SUGGESTIONS } from "../../playground/page/browser/suggestions.ts";
import { APPROVALS, FLEET, SERVER } from "../../playground/play.ts";
import { type Start, test } from "../support/e2e.ts";
import type { E2e } from "../support/e2e-trial.ts";

/** As the story leaves it: what it upgrades is up to date. */
const AFTER: readonly AgentSeed[] = FLEET.map((agent) => {
  const upgraded = /^(web|db-prod)-(?!14)|^build-0[1-4]/.test(agent.name);
  return upgraded ? { name: agent.name, status: "ONLINE", version: "7.2.3.1.1150420" } : agent;
});

function open(start: Start, agents: readonly AgentSeed[]): Promise<E2e> {
  const relays = { "relay-3": "7.1.2.9.1112000" };
  return start({ deploy: { agents, relays, seed: 983 }, approvals: APPROVALS, server: SERVER });
}

describe("what the guide suggests succeeds", () => {
  test.for([
    ["before the story", FLEET, ["start", "request", "request"]],
    ["after it", AFTER, ["start", "request", "start"]],
  ] as const)("%s", async ([, agents, buttons], { start }) => {
    const trial = await open(start, agents);
    const typed = SUGGESTIONS.map(({ command }) => command.replace(/^\/agents /, ""));
    for (const [i, button] of buttons.entries()) await trial.planOf("U0ALICE", typed[i] ?? "", button);
    for (const key of typed.slice(buttons.length)) {
      trial.say("U0ALICE", key);
      await trial.told("U0ALICE", key);
    }
    expect(typed.slice(buttons.length)).toEqual(["relays", "status", "whoami"]);
  });
});
