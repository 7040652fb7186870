import type { StoredEvent } from "./events.ts";

/** What `server.<name>` says: which rollout has which agent, how many rollouts there have been, and which rules hold. */
export interface Claims {
  readonly seq: number;
  /** The highest number that a rollout has taken. */
  readonly rollouts: number;
  readonly policyHash: string | undefined;
  /** Agent id to rollout. */
  readonly held: ReadonlyMap<string, string>;
}

export const NO_CLAIMS: Claims = { seq: 0, rollouts: 0, policyHash: undefined, held: new Map() };

export function evolveClaims(state: Claims, event: StoredEvent): Claims {
  switch (event.type) {
    case "agents.claimed": {
      const held = new Map(state.held);
      for (const agent of event.data.agents) held.set(agent, event.data.rollout);
      return { ...state, seq: event.seq, rollouts: highest(state, event.data.rollout), held };
    }
    case "agents.released": {
      const held = new Map(state.held);
      for (const agent of event.data.agents) if (held.get(agent) === event.data.rollout) held.delete(agent);
      return { ...state, seq: event.seq, held };
    }
    case "rollout.numbered":
      return { ...state, seq: event.seq, rollouts: highest(state, event.data.rollout) };
    case "policy.set":
      return { ...state, seq: event.seq, policyHash: event.data.hash };
    default:
      return { ...state, seq: event.seq };
  }
}

/** `prod-142` has number 142. */
function highest(state: Claims, rollout: string): number {
  return Math.max(state.rollouts, Number(/\d+$/.exec(rollout)?.[0] ?? 0));
}
