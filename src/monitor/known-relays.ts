import type { Agent } from "../core/agent.ts";

/** Behind which relay each agent of a server was when it was last read: it may have moved since its plan or its last attempt. */
export interface KnownRelays {
  /** The whole list was read. */
  listed(agents: readonly Pick<Agent, "id" | "relayId">[]): void;
  /** One agent was read by itself. */
  looked(agentId: string, relay: string | undefined): void;
  /** The agent with the relay that it is behind now. A server that tells of none may just not tell. */
  placed<T extends { readonly id: string; readonly relay?: string }>(agent: T): T;
}

export function createKnownRelays(): KnownRelays {
  let known = new Map<string, string>();
  return {
    listed(agents) {
      known = new Map(agents.flatMap(({ id, relayId }) => (relayId === undefined ? [] : [[id, relayId]])));
    },
    looked(agentId, relay) {
      if (relay !== undefined) known.set(agentId, relay);
    },
    placed(agent) {
      const relay = known.get(agent.id) ?? agent.relay;
      return relay === agent.relay ? agent : { ...agent, relay };
    },
  };
}
