import type { Clock, Log } from "../ports.ts";
import { createPatience } from "./patience.ts";

/** What is brought up to date for each rollout, by itself: replies that wait for Slack keep no card waiting. */
export type Task = "card" | "replies";

/** One pass of each task of a rollout at a time. */
export interface Passes {
  /** Calls while one is running are folded into one more; calls soon after a failure do nothing. Never throws. */
  run(rollout: string, task: Task, pass: () => Promise<void>): Promise<void>;
}

export function createPasses({ clock, log }: { readonly clock: Clock; readonly log: Log }): Passes {
  const busy = new Map<string, { again: boolean }>();
  const patience = createPatience({ clock });

  return {
    async run(rollout, task, pass) {
      const key = `${rollout} ${task}`;
      const running = busy.get(key);
      if (running) {
        running.again = true;
        return;
      }
      if (!patience.allows(rollout, task)) return;
      const state = { again: false };
      busy.set(key, state);
      try {
        do {
          state.again = false;
          await pass();
        } while (state.again);
        patience.worked(rollout, task);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (patience.failed(rollout, task))
          log.warn({ rollout, task, reason }, "Slack could not be told; it is tried again");
      } finally {
        busy.delete(key);
      }
    },
  };
}
