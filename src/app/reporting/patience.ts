import type { Clock } from "../ports.ts";

/** The longest pause after a failure, in ms. */
const LONGEST = 30_000;
const FIRST = 1_000;
/** From one line in the log about the same trouble to the next, in ms: an outage of hours must not fill a disk. */
const SAID_AGAIN = 10 * 60_000;

/**
 * With what Slack could not be told: how long to leave it, longer after each failure, and whether to say so once more. What is told
 * about one thing in several tasks is retried task by task, and its trouble said once.
 */
export interface Patience {
  /** Whether it may be tried now. */
  allows(about: string, task?: string): boolean;
  /** It has failed: whether that is worth a line. */
  failed(about: string, task?: string): boolean;
  worked(about: string, task?: string): void;
}

interface Trouble {
  readonly tasks: Map<string, { readonly pause: number; readonly until: number }>;
  saidAt: number | undefined;
}

export function createPatience({ clock }: { readonly clock: Clock }): Patience {
  const troubles = new Map<string, Trouble>();

  return {
    allows: (about, task = "") => clock.now() >= (troubles.get(about)?.tasks.get(task)?.until ?? 0),
    failed(about, task = "") {
      const now = clock.now();
      const trouble = troubles.get(about) ?? { tasks: new Map(), saidAt: undefined };
      troubles.set(about, trouble);
      const before = trouble.tasks.get(task);
      const pause = Math.min(LONGEST, before ? before.pause * 2 : FIRST);
      trouble.tasks.set(task, { pause, until: now + pause });
      if (trouble.saidAt !== undefined && now - trouble.saidAt < SAID_AGAIN) return false;
      trouble.saidAt = now;
      return true;
    },
    worked(about, task = "") {
      const tasks = troubles.get(about)?.tasks;
      tasks?.delete(task);
      if (tasks?.size === 0) troubles.delete(about);
    },
  };
}
