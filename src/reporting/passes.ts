import { createBackoff } from "../core/backoff.ts";
import { createOnce } from "../core/once.ts";
import type { Clock, Log } from "../core/ports.ts";

/** What is brought up to date for each rollout, by itself: replies that wait for Slack keep no card waiting. */
export type Task = (typeof TASKS)[number];

const TASKS = ["card", "replies"] as const;

/** One pass of each task of a rollout at a time. */
export interface Passes {
  /** Calls while one is running are folded into one more; calls soon after a failure do nothing. Never throws. */
  run(rollout: string, task: Task, pass: () => Promise<void>): Promise<void>;
}

export function createPasses({
  clock,
  log,
  ending,
}: {
  readonly clock: Clock;
  readonly log: Log;
  readonly ending: AbortSignal;
}): Passes {
  const busy = new Map<string, { again: boolean }>();
  const backoff = createBackoff({ clock });
  const said = createOnce({ clock });
  /** The trouble of a rollout is said once, and is over when all its tasks work again. */
  const isFailing = (rollout: string) => TASKS.some((task) => backoff.isFailing(`${rollout} ${task}`));

  return {
    async run(rollout, task, pass) {
      const key = `${rollout} ${task}`;
      const running = busy.get(key);
      if (running) {
        running.again = true;
        return;
      }
      if (!backoff.allows(key)) return;
      const state = { again: false };
      busy.set(key, state);
      try {
        do {
          state.again = false;
          await pass();
        } while (state.again);
        backoff.worked(key);
        if (!isFailing(rollout)) said.forget(rollout);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        backoff.failed(key);
        if (!ending.aborted && said.isNew(rollout))
          log.warn({ rollout, task, reason }, "Slack did not accept an update. Drydock tries again");
      } finally {
        busy.delete(key);
      }
    },
  };
}
