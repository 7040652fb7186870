import { isOpen, type Rollout } from "../model/rollout/rollout.ts";

const HOUR = 60 * 60_000;
/** Between two events so much time counts at most, in ms: the clock may have been wrong at one of them. */
const MAX_STEP = 2 * HOUR;
/** Rollouts count for the size of later ones for a day. The two hours more are for a clock that was wrong once meanwhile. */
const MAX_AGE = 24 * HOUR + MAX_STEP;

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
        if (proven - since <= MAX_AGE) continue;
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
