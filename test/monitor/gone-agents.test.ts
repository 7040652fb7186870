import { expect, test } from "vitest";
import type { Agent, AgentStatus } from "../../src/core/agent.ts";
import { createGoneAgents } from "../../src/monitor/gone-agents.ts";

function agent(id: string, name = id, status: AgentStatus = "online"): Agent {
  return { id, name, status, version: "7.2", active: true, tags: [], relayId: undefined };
}

const OTHERS = [agent("other")];
const GONE = { id: "a", name: "web-1" };

/** `l`: a look that did not find it, `L`: one that did; `w`: a whole list without it, `W`: one with it, `e`: an empty one. */
function after(steps: string, others: readonly Agent[] = OTHERS) {
  const gone = createGoneAgents();
  for (const step of steps) {
    if (step === "l" || step === "L") gone.looked("a", step === "L");
    else gone.listed(step === "e" ? [] : [...others, ...(step === "W" ? [agent("a", "web-1")] : [])]);
  }
  return gone.proof(GONE);
}

test.each(["lllww", "lwlwl", "llllwllw"])("%s proves that the server has it no more", (steps) => {
  expect(after(steps)).toEqual({});
});

test.each(["w", "www", "lll", "lllw", "llwwL", "lllWw", "lwLlwl", "llee", "lllee"])("%s proves nothing", (steps) => {
  expect(after(steps)).toBeUndefined();
});

test("another agent with its name is named, one that is connected first", () => {
  const same = [agent("b", "WEB-1", "offline"), agent("c", "web-1"), agent("d", "web-10")];
  expect(after("lllww", same)).toEqual({ namesake: { id: "c", status: "online", version: "7.2" } });
});
