import type { RolloutFact } from "../../domain/rollouts/rollout-facts.ts";
import type { Board } from "../board.ts";

/** Pauses and stops that could not be written down: they hold all the same, and are written as soon as they can be. */
export interface Halts {
  /** Keeps it in memory. */
  keep(rollout: string, actor: string, fact: RolloutFact): void;
  /** Whether nothing of the rollout may begin on that account. */
  holds(rollout: string): boolean;
  /** Writes down what was kept. Throws where it still cannot be. */
  flush(): Promise<void>;
}

export function createHalts(board: Board): Halts {
  const kept = new Map<string, { readonly actor: string; readonly fact: RolloutFact }>();
  return {
    keep(rollout, actor, fact) {
      // A stop is for good: what is said after it does not take it back.
      if (kept.get(rollout)?.fact.type !== "rollout.stopped") kept.set(rollout, { actor, fact });
    },
    holds: (rollout) => kept.has(rollout),
    async flush() {
      const now = [...kept];
      if (now.length === 0) return;
      await board.change(() =>
        now.flatMap(([id, { actor, fact }]) => {
          const status = board.rollouts.get(id)?.status;
          const open = status === "running" || (status === "paused" && fact.type === "rollout.stopped");
          return open ? [{ stream: `rollout.${id}`, actor, facts: [fact] }] : [];
        }),
      );
      for (const [id, entry] of now) if (kept.get(id) === entry) kept.delete(id);
    },
  };
}
