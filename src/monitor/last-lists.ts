import type { Agent, AgentStatus } from "../core/agent.ts";

/** What the last whole lists say of each agent. One list may be short: only an agent that two in a row lack is gone. */
export interface LastLists {
  /** As the last list has each agent, or the one before if only the last lacks it. */
  readonly statuses: Map<string, AgentStatus>;
  /** Agents that the last list lacked. */
  readonly missed: ReadonlySet<string>;
}

/** @param known agents that a list may lack, besides those of the lists before. */
export function withList(before: LastLists, agents: readonly Agent[], known: Iterable<string>): LastLists {
  const listed = new Map(agents.map(({ id, status }) => [id, status]));
  const lacked = [...before.statuses].filter(([id]) => !listed.has(id));
  return {
    statuses: new Map([...lacked.filter(([id]) => !before.missed.has(id)), ...listed]),
    missed: new Set([...lacked.map(([id]) => id), ...[...known].filter((id) => !listed.has(id))]),
  };
}
