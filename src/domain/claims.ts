import type { StoredEvent } from "./events.ts";

/** What `server.<name>` says: which rollout has which agent, and how many rollouts there have been. */
export interface Claims {
  readonly seq: number;
  readonly rollouts: number;
  /** Agent id to rollout. */
  readonly held: ReadonlyMap<string, string>;
}

export const NO_CLAIMS: Claims = { seq: 0, rollouts: 0, held: new Map() };

export function evolveClaims(state: Claims, event: StoredEvent): Claims {
  switch (event.type) {
    case "agents.claimed": {
      const held = new Map(state.held);
      for (const agent of event.data.agents) held.set(agent, event.data.rollout);
      return { seq: event.seq, rollouts: state.rollouts + 1, held };
    }
    case "agents.released": {
      const held = new Map(state.held);
      for (const agent of event.data.agents) if (held.get(agent) === event.data.rollout) held.delete(agent);
      return { ...state, seq: event.seq, held };
    }
    default:
      return { ...state, seq: event.seq };
  }
}
