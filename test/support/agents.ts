import type { Agent } from "../../src/core/agent.ts";

let made = 0;

/** An agent at this version of which nothing else matters, but for what is given. */
export function agentAt(version: string | undefined, given: Partial<Agent> = {}): Agent {
  made += 1;
  return {
    id: `agent-${made}`,
    name: `agent-${made}`,
    status: "online",
    version,
    active: true,
    tags: undefined,
    relayId: undefined,
    ...given,
  };
}
