import { isScheduled } from "../../model/rollout/request.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";

/** What can be done to a rollout under way, and in which states it can. */
export interface Act {
  /** `stop`, as it is said. */
  readonly verb: string;
  readonly from: readonly Rollout["status"][];
  /** Which others it can be done to. */
  readonly also?: (rollout: Rollout) => boolean;
  /** What is said of a rollout that is in another state already, e.g. `stopping already`. */
  readonly already: (rollout: Rollout) => string;
  /** Those that are meant where none is named, if they are fewer. */
  readonly among?: readonly Rollout["status"][];
}

export function canBeDone({ from, also }: Act, rollout: Rollout): boolean {
  return from.includes(rollout.status) || also?.(rollout) === true;
}

/** `finished`, `stopping already`, `not started yet`. */
export function stateWords(rollout: Rollout): string {
  switch (rollout.status) {
    case "requested":
      if (isScheduled(rollout)) return "scheduled: it can be moved or cancelled, see its card";
      return "not started yet: its requester can cancel it, and an approver can deny it";
    case "running":
      return "running";
    case "paused":
      return "paused already";
    case "stopping":
      return "stopping already";
    case "ended":
      return "finished";
    case "closed":
      return "a request that did not start";
  }
}
