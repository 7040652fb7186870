import type { SlackStandin } from "../../playground/slack/start-slack.ts";
import type { TrialSlack } from "../../playground/trial.ts";
import type { JudgedMessages } from "./judged-messages.ts";

/** What the end-to-end suite needs of a workspace. */
export interface SuiteSlack extends TrialSlack {
  /** Our own stand-in, where it is this one: what only it can do is reached through standin(). */
  readonly standin: SlackStandin | undefined;
  /** What Drydock has sent to our own stand-in so far, judged. */
  readonly judged: JudgedMessages | undefined;
  /** Whether what people do arrives twice from now on. */
  twice(on: boolean): void;
  /** Cuts the app's connections in the middle. */
  cut(): void;
  /** How much of what people did the app has not acknowledged yet; 0 where that is not known. */
  unacknowledged(): number;
  /** How many connections the app has open. */
  connections(): number;
}
