import type { RolloutEvent } from "../../domain/rollouts/rollout-events.ts";
import type { Projections } from "../projections.ts";

/** Pauses and stops that could not be written down: they hold all the same, and are written as soon as they can be. */
export interface PendingStops {
  /** Keeps it in memory. */
  keep(rollout: string, actor: string, event: RolloutEvent): void;
  /** Whether nothing of the rollout may begin on that account. */
  holds(rollout: string): boolean;
  /** Writes down what was kept. Throws where it still cannot be. */
  flush(): Promise<void>;
}

export function createPendingStops(projections: Projections): PendingStops {
  const kept = new Map<string, { readonly actor: string; readonly event: RolloutEvent }>();
  return {
    keep(rollout, actor, event) {
      // A stop is for good: what is said after it does not take it back.
      if (kept.get(rollout)?.event.type !== "rollout.stopped") kept.set(rollout, { actor, event });
    },
    holds: (rollout) => kept.has(rollout),
    async flush() {
      const now = [...kept];
      if (now.length === 0) return;
      await projections.change(() =>
        now.flatMap(([id, { actor, event }]) => {
          const status = projections.rollouts.get(id)?.status;
          const open = status === "running" || (status === "paused" && event.type === "rollout.stopped");
          return open ? [{ stream: `rollout.${id}`, actor, events: [event] }] : [];
        }),
      );
      for (const [id, entry] of now) if (kept.get(id) === entry) kept.delete(id);
    },
  };
}
