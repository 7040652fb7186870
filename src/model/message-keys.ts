import type { Rollout } from "./rollout/rollout.ts";
import type { RolloutEvent } from "./rollout/rollout-events.ts";
import type { Post, Request } from "./rollout/rollout-parts.ts";

export const CARD = "card";
/** The result of a rollout that has ended, and the list of every agent that is attached. */
export const END = "end";
export const FILE = "file";

export type MessageEvent = Extract<RolloutEvent, { readonly type: `message.${string}` }>;

/** Where a message goes: into a thread, or into the channel itself. */
export interface Place {
  readonly channel: string;
  readonly thread?: string;
}

/** Where a message was announced. Its thread may be another one than today's: the card may have come to the channel since. */
export function placeOf({ channel, thread }: Post, now: Place): Place {
  if (thread === undefined) return now;
  return thread === null ? { channel } : { channel, thread };
}

/** Announced is not enough: Drydock may have ended before it was there. */
export function isPosted(rollout: Rollout, key: string): boolean {
  return rollout.posts.get(key)?.ts !== undefined;
}

/** Whether a message of the rollout still shows what is no longer true. */
export function isAnyStale({ posts }: Rollout): boolean {
  return [...posts.values()].some(({ stale }) => stale === true);
}

/** Of a rollout that has ended: whether Drydock has posted the result and the list. What comes later may be about a card that is gone. */
export function isSettled(rollout: Rollout): boolean {
  return isPosted(rollout, END) && (rollout.plan.relays !== undefined || isPosted(rollout, FILE));
}

/** The reply that says what became of a request that did not start. */
export function closedKey({ round }: Pick<Request, "round">): string {
  return `closed-${round}`;
}
