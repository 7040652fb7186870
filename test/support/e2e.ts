import { test as base, type TaskMeta } from "vitest";
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
      if (task.result?.state === "fail") printLog(trial);
      await trial.stop();
    }
    judge(task, opened);
  },
});

/** `test` with one program for all tests of a file, which begin where the test before has left it. It is stopped after the last one. */
export function testOneProgram(options: E2eOptions) {
  return base
    .extend<{ $file: { program: E2e } }>({
      program: [
        // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures that are used from this pattern.
        async ({}, use) => {
          const trial = await openTrial(options, false);
          await trial.startBot();
          await use(trial);
          await trial.stop();
        },
        { scope: "file" },
      ],
    })
    .extend<{ trial: E2e }>({
      trial: async ({ program, task }, use) => {
        await use(program);
        if (task.result?.state === "fail") printLog(program);
        judge(task, [program]);
      },
    });
}

function printLog(trial: E2e): void {
  process.stderr.write(`${trial.log().split("\n").slice(-60).join("\n")}\n`);
}

/** Notes how many messages were judged since the test before, and fails if one was refused. */
function judge({ meta }: { readonly meta: TaskMeta }, trials: readonly E2e[]): void {
  const judges = trials.flatMap(({ slack }) => slack.judged ?? []).map((judge) => judge.take());
  const refused = judges.flatMap((all) => all.refused);
  meta.judgedMessages = { judged: judges.reduce((sum, all) => sum + all.judged, 0), refused: refused.length };
  if (refused.length > 0) throw new Error(`Slack would refuse what Drydock sent:\n${refused.join("\n")}`);
}
