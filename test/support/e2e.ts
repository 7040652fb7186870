import { test as base } from "vitest";
import { type E2e, type E2eOptions, openTrial } from "./e2e-trial.ts";
import { OTHERS } from "./workspace.ts";

declare module "vitest" {
  interface TaskMeta {
    /** How many messages and views Drydock sent to Slack in this test, and how many of the two judges' refusals there were. */
    judgedMessages?: { readonly judged: number; readonly refused: number };
  }
}

export interface Start {
  /** Drydock inside the test's process, on the turn clock, started. */
  (options: E2eOptions): Promise<E2e>;
  /** The same, not started yet. */
  ready(options: E2eOptions): Promise<E2e>;
  /** Drydock as a program of its own, on the machine's time, started: for kills, signals and what a process alone can show. */
  program(options: E2eOptions): Promise<E2e>;
}

/** `test` with what starts Drydock; it is stopped after the test, and its log is printed if the test failed. */
export const test = base.extend<{ start: Start }>({
  start: async ({ task }, use) => {
    const opened: E2e[] = [];
    async function open(options: E2eOptions, inProcess: boolean): Promise<E2e> {
      const trial = await openTrial(options, inProcess && OTHERS === undefined);
      opened.push(trial);
      return trial;
    }
    async function started(options: E2eOptions, inProcess: boolean): Promise<E2e> {
      const trial = await open(options, inProcess);
      await trial.startBot();
      return trial;
    }
    await use(
      Object.assign((options: E2eOptions) => started(options, true), {
        ready: (options: E2eOptions) => open(options, true),
        program: (options: E2eOptions) => started(options, false),
      }),
    );
    for (const trial of opened) {
      if (task.result?.state === "fail") process.stderr.write(`${trial.log().split("\n").slice(-60).join("\n")}\n`);
      await trial.stop();
    }
    const judged = opened.flatMap(({ slack }) => slack.judged ?? []);
    const refused = judged.flatMap((all) => all.refused);
    task.meta.judgedMessages = { judged: judged.reduce((sum, all) => sum + all.judged, 0), refused: refused.length };
    if (refused.length > 0) throw new Error(`Slack would refuse what Drydock sent:\n${refused.join("\n")}`);
  },
});
