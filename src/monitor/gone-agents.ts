import { type Agent, isConnected } from "../core/agent.ts";
import type { AgentRef } from "../core/agent-ref.ts";
import type { Removed } from "../model/upgrade/upgrade.ts";

/** So many looks and so many whole lists in a row without an agent prove that the server has it no more. One alone may be a mistake of the server's. */
const PROOF = { looks: 3, lists: 2 };

/** Which agents in flight the server has no more. */
export interface GoneAgents {
  /** The server was asked for this agent alone. */
  looked(agentId: string, isThere: boolean): void;
  /** The whole list was read; an empty one says nothing. */
  listed(agents: readonly Agent[]): void;
  /** The agent is gone for good; undefined while that is not proven. */
  proof(agent: AgentRef): Removed | undefined;
  /** Forgets all other agents: these are in flight. */
  keepOnly(agents: ReadonlySet<string>): void;
}

export function createGoneAgents(): GoneAgents {
  const missed = new Map<string, { readonly looks: number; readonly lists: number }>();
  let list: readonly Agent[] = [];

  return {
    looked(agentId, isThere) {
      const { looks = 0, lists = 0 } = missed.get(agentId) ?? {};
      if (isThere) missed.delete(agentId);
      else missed.set(agentId, { looks: looks + 1, lists });
    },
    listed(agents) {
      if (agents.length === 0) return;
      list = agents;
      const ids = new Set(agents.map(({ id }) => id));
      for (const [id, { looks, lists }] of missed) {
        if (ids.has(id)) missed.delete(id);
        else missed.set(id, { looks, lists: lists + 1 });
      }
    },
    proof({ id, name }) {
      const { looks = 0, lists = 0 } = missed.get(id) ?? {};
      if (looks < PROOF.looks || lists < PROOF.lists) return undefined;
      const same = list.filter((agent) => agent.id !== id && agent.name.toLowerCase() === name.toLowerCase());
      const namesake = same.find(({ status }) => isConnected(status)) ?? same[0];
      return namesake
        ? { namesake: { id: namesake.id, status: namesake.status, version: namesake.version ?? null } }
        : {};
    },
    keepOnly(agents) {
      for (const id of missed.keys()) if (!agents.has(id)) missed.delete(id);
    },
  };
}
