import { type SlackOptions, type SlackStandin, startSlack } from "../../playground/slack/start-slack.ts";
import type { TrialSlack } from "../../playground/trial.ts";
import { startLocalSlack } from "../others/local-slack/start-local-slack.ts";

/** Where `npm run test:others` has installed the packages by others; the common suite is judged by them then. */
export const OTHERS = process.env.DRYDOCK_OTHERS;

/** What the end-to-end suite needs of a workspace. */
export interface SuiteSlack extends TrialSlack {
  /** Our own stand-in, where it is this one: what only it can do is reached through standin(). */
  readonly standin: SlackStandin | undefined;
  /** Whether what people do arrives twice from now on. */
  twice(on: boolean): void;
  /** Cuts the app's connections in the middle. */
  cut(): void;
  /** How many connections the app has open. */
  connections(): number;
}

/** Our stand-in, or the workspace by others where the suite is judged by them. */
export function openWorkspace(options: SlackOptions): Promise<SuiteSlack> {
  return OTHERS ? startLocalSlack(OTHERS, options) : openStandin(options);
}

async function openStandin(options: SlackOptions): Promise<SuiteSlack> {
  const standin = await startSlack(options);
  return {
    ...standin,
    standin,
    twice: (on) => standin.faults.order({ kind: "twice", times: on ? 1_000 : 0 }),
    cut: () => standin.sockets.cut(),
    connections: () => standin.sockets.sockets.size,
  };
}
