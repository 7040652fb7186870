import { CARD, closedKey, END, FILE, isAnyStale, isPosted } from "../model/message-keys.ts";
import { isOpen, type Rollout } from "../model/rollout/rollout.ts";
import type { Post } from "../model/rollout/rollout-parts.ts";
import type { Upgrade } from "../model/upgrade/upgrade.ts";

/** What is kept of an ended rollout that was taken out of memory. The rest is read from the ledger again when a person asks for it. */
export interface PastRollout {
  readonly card: Post | undefined;
}

/** The newest ended rollouts stay in memory, up to this number, if they have no more agents in all than the next. */
const MAX_KEPT = { rollouts: 10, agents: 1_000 };

/** Of these rollouts, oldest first, those that need not stay in memory. */
export function leaving(
  rollouts: Iterable<Rollout>,
  attempts: (rollout: string) => readonly Upgrade[],
): readonly Rollout[] {
  const ended = [...rollouts].filter((rollout) => !isOpen(rollout));
  return ended
    .slice(0, ended.length - fitting(ended, MAX_KEPT))
    .filter((rollout) => isTold(rollout, attempts(rollout.id)));
}

/** How many of these, counted from the newest, are within the bounds. */
export function fitting(
  rollouts: readonly Rollout[],
  most: { readonly rollouts: number; readonly agents: number },
): number {
  let count = 0;
  let agents = 0;
  for (const { plan } of [...rollouts].reverse()) {
    agents += plan.agents.length;
    if (count === most.rollouts || agents > most.agents) break;
    count += 1;
  }
  return count;
}

/** Whether a rollout and all of its attempts are over, and Slack was told everything, whatever the configuration. In doubt it was not. */
export function isTold(rollout: Rollout, attempts: readonly Upgrade[]): boolean {
  if (isOpen(rollout) || attempts.some(({ closed }) => !closed)) return false;
  if (!isPosted(rollout, CARD) || isAnyStale(rollout)) return false;
  return keysOf(rollout, attempts).every((key) => isPosted(rollout, key));
}

function keysOf(rollout: Rollout, attempts: readonly Upgrade[]): readonly string[] {
  const { status, plan, review, request, renewedAs, dropped, offer, endedPosition = 0 } = rollout;
  const reviewed = review ? ["alert", "review-closed"] : [];
  if (status === "closed")
    return [
      ...reviewed,
      ...(request ? [closedKey(request)] : []),
      ...(renewedAs === undefined ? [] : ["renewed"]),
      ...(dropped.length > 0 ? ["dropped"] : []),
      ...(offer?.over && offer.over !== "void" ? [`offer-${offer.n}-over`] : []),
    ];
  if (plan.relays) return [...reviewed, END];
  const late = attempts.filter(({ outcome }) => outcome && outcome.position > endedPosition);
  const changed = late.map(({ agent, attempt, outcome }) => `late-${agent.id}-${attempt}-${outcome?.kind}`);
  return [...reviewed, END, FILE, ...changed];
}

const HOUR = 60 * 60_000;
/** Between two events so much time counts at most, in ms: the clock may have been wrong at one of them. */
const MAX_STEP = 2 * HOUR;
/** Rollouts count for the size of later ones for a day. The two hours more are for a clock that was wrong once meanwhile. */
export const MAX_COUNTED_AGE = 24 * HOUR + MAX_STEP;

/** Rollouts that may count for the size of later ones. The times of all events decide that, so one wrong clock does not. */
export interface RecentRollouts {
  /** Takes the time of the next event. */
  passed(at: number): void;
  /** Takes a rollout that was asked for or has started just now. */
  begun(id: string): void;
  /** Takes an ended rollout that leaves memory. */
  left(rollout: Rollout): void;
  /** What has become too old is forgotten. */
  forgetOld(): void;
  /** @param inMemory these are as they are now; of the others as they left. */
  of(inMemory: ReadonlyMap<string, Rollout>): readonly Rollout[];
  save(): SavedRecent;
}

export interface SavedRecent {
  readonly proven: number;
  readonly previous: number;
  readonly begun: ReadonlyMap<string, number>;
  readonly left: ReadonlyMap<string, Rollout>;
}

export function createRecentRollouts(saved?: SavedRecent): RecentRollouts {
  /** How much time has passed at least, as the events prove, in ms. */
  let proven = saved?.proven ?? 0;
  let previous = saved?.previous ?? Number.POSITIVE_INFINITY;
  /** How much had passed when each began. */
  const begun = new Map(saved?.begun);
  const left = new Map(saved?.left);

  return {
    passed(at) {
      proven += Math.min(MAX_STEP, Math.max(0, at - previous));
      previous = at;
    },
    begun: (id) => void begun.set(id, proven),
    left(rollout) {
      if (begun.has(rollout.id)) left.set(rollout.id, rollout);
    },
    forgetOld() {
      for (const [id, since] of begun) {
        if (proven - since <= MAX_COUNTED_AGE) continue;
        begun.delete(id);
        left.delete(id);
      }
    },
    of(inMemory) {
      const here = [...inMemory.values()].filter((rollout) => isOpen(rollout) || begun.has(rollout.id));
      return [...here, ...[...left.values()].filter(({ id }) => !inMemory.has(id))];
    },
    save: () => ({ proven, previous, begun, left }),
  };
}
