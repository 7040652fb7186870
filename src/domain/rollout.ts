import type { AgentRef, StoredEvent } from "./events.ts";
import type { Plan } from "./plan.ts";

export type RolloutStatus = "running" | "stopping" | "ended";

/** A message that was announced in the ledger, and where it stands once it is known to have been posted. */
export interface Post {
  readonly key: string;
  readonly channel: string;
  readonly announcedAt: number;
  readonly ts: string | undefined;
}

/** One rollout, folded from its stream. Its upgrades have streams of their own. */
export interface Rollout {
  readonly id: string;
  readonly seq: number;
  readonly status: RolloutStatus;
  readonly plan: Plan;
  readonly owner: string;
  readonly serverUser: AgentRef;
  readonly channel: string;
  readonly startedAt: number;
  readonly stoppedBy: string | undefined;
  readonly endedAt: number | undefined;
  readonly posts: ReadonlyMap<string, Post>;
}

export function evolveRollout(state: Rollout | undefined, event: StoredEvent): Rollout | undefined {
  if (event.type === "rollout.started") {
    const { rollout, plan, owner, serverUser, channel } = event.data;
    return {
      id: rollout,
      seq: event.seq,
      status: "running",
      plan,
      owner,
      serverUser,
      channel,
      startedAt: event.at,
      stoppedBy: undefined,
      endedAt: undefined,
      posts: new Map(),
    };
  }
  if (!state) return undefined;
  const next = { ...state, seq: event.seq };
  switch (event.type) {
    case "rollout.stopped":
      return { ...next, status: "stopping", stoppedBy: event.data.by };
    case "rollout.ended":
      return { ...next, status: "ended", endedAt: event.at };
    case "message.posting": {
      const { key, channel } = event.data;
      return { ...next, posts: new Map(state.posts).set(key, { key, channel, announcedAt: event.at, ts: undefined }) };
    }
    case "message.posted": {
      const { key, channel, ts } = event.data;
      const announcedAt = state.posts.get(key)?.announcedAt ?? event.at;
      return { ...next, posts: new Map(state.posts).set(key, { key, channel, announcedAt, ts }) };
    }
    default:
      return next;
  }
}
