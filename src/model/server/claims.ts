import type { StoredEvent } from "../events.ts";
import { type Party, type Post, withPost } from "../rollout/rollout-parts.ts";

/** Somebody wants nothing to begin on the server. */
export interface Freeze {
  /** How many there have been on the server, this one included. */
  readonly n: number;
  readonly by: Party;
  readonly reason: string;
  /** Ms since 1970; null = until somebody unfreezes it. */
  readonly until: number | null;
  readonly at: number;
  readonly over: { readonly by: string; readonly at: number } | undefined;
}

/** What `server.<name>` says: which rollout has which agent, how many rollouts there have been, which rules hold, and whether it is frozen. */
export interface Claims {
  readonly seq: number;
  /** The highest number that a rollout has taken. */
  readonly rollouts: number;
  readonly policyHash: string | undefined;
  /** Agent id to rollout. */
  readonly held: ReadonlyMap<string, string>;
  /** The newest, also when it is over. */
  readonly freeze: Freeze | undefined;
  /** What was posted about the server. */
  readonly posts: ReadonlyMap<string, Post>;
}

export const NO_CLAIMS: Claims = {
  seq: 0,
  rollouts: 0,
  policyHash: undefined,
  held: new Map(),
  freeze: undefined,
  posts: new Map(),
};

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
    case "server.frozen": {
      const { by, serverUser, reason, until } = event.data;
      const n = (state.freeze?.n ?? 0) + 1;
      const freeze = { n, by: { person: by, user: serverUser }, reason, until, at: event.at, over: undefined };
      return { ...state, seq: event.seq, freeze };
    }
    case "server.unfrozen": {
      const freeze = state.freeze && { ...state.freeze, over: { by: event.data.by, at: event.at } };
      return { ...state, seq: event.seq, freeze };
    }
    case "message.posting":
    case "message.posted":
    case "message.stale":
    case "message.left":
      return { ...state, seq: event.seq, posts: withPost(state.posts, event, event.at) };
    default:
      return { ...state, seq: event.seq };
  }
}

/** `prod-142` has number 142. */
function highest(state: Claims, rollout: string): number {
  return Math.max(state.rollouts, Number(/\d+$/.exec(rollout)?.[0] ?? 0));
}
