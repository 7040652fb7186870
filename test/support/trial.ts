import { buttonsOf, renderText } from "../../playground/slack/block-kit.ts";
import type { SlackStandin } from "../../playground/slack/start-slack.ts";
import type { SlackMessage } from "../../playground/slack/workspace.ts";
import { type Trial as AnyTrial, startTrial, type TrialOptions } from "../../playground/trial.ts";
import { until } from "./time.ts";
import { openWorkspace, type SuiteSlack } from "./workspace.ts";

export const COMPILED = ["node", "dist/src/main.js"];

/** A trial in whichever workspace the suite runs. */
export type Trial = AnyTrial<SuiteSlack>;

export function startCompiled(options: Omit<TrialOptions, "bot">): Promise<Trial> {
  return startTrial({ ...options, bot: COMPILED }, openWorkspace);
}

/** Our own stand-in, for what no other workspace can do. */
export function standin(trial: Trial): SlackStandin {
  if (!trial.slack.standin) throw new Error("Only our own stand-in can do this: the test has to say needs(…).");
  return trial.slack.standin;
}

export function messages(
  trial: Trial,
  test: (message: SlackMessage, shown: string) => boolean,
): readonly SlackMessage[] {
  return trial.slack.workspace.messages.filter((message) => test(message, renderText(message)));
}

/** The cards in the channels: no private answers, no replies. */
export function cards(trial: Trial): readonly SlackMessage[] {
  return messages(trial, (message) => message.only === undefined && message.thread === undefined);
}

export async function told(trial: Trial, person: string, part: string, patience?: number): Promise<SlackMessage> {
  return until(
    `${person} is told "${part}"`,
    () => messages(trial, (message, shown) => message.only === person && shown.includes(part)).at(-1),
    patience,
  );
}

export async function threaded(trial: Trial, part: string, patience?: number): Promise<string> {
  const found = await until(
    `the thread says "${part}"`,
    () =>
      messages(
        trial,
        (message, shown) => message.thread !== undefined && message.only === undefined && shown.includes(part),
      ).at(-1),
    patience,
  );
  return renderText(found);
}

export async function cardSays(trial: Trial, part: string, patience?: number): Promise<string> {
  const found = await until(
    `a card says "${part}"`,
    () => cards(trial).find((card) => renderText(card).includes(part)),
    patience,
  );
  return renderText(found);
}

/** Asks for a plan and presses Start on it, as a person would. */
export async function startRollout(
  trial: Trial,
  person = "U0ALICE",
  text = "upgrade-required",
  channel = "C0ONCALL",
): Promise<SlackMessage> {
  const shown = () =>
    messages(
      trial,
      (message) => message.only === person && buttonsOf(message.blocks).some((button) => button.label === "Start"),
    );
  const before = new Set(shown().map(({ ts }) => ts));
  trial.slack.acts.slash(person, channel, text);
  const plan = await until("a plan with a Start button", () => shown().find(({ ts }) => !before.has(ts)));
  trial.slack.acts.press(person, plan, "Start");
  return plan;
}

export { renderText, until };
