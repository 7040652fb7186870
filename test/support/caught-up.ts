import { expect } from "vitest";
import { renderText } from "../../playground/slack/block-kit.ts";
import { BOT } from "../../playground/slack/workspace.ts";
import type { E2e } from "./e2e-trial.ts";
import { until } from "./time.ts";

/** Slack reaches Drydock, and Drydock answers there. */
export async function answersAgain(trial: E2e): Promise<void> {
  await until("a socket", () => trial.slack.connections() > 0);
  const answers = () =>
    trial.slack.workspace.messages.filter(({ only, user }) => only === "U0BOB" && user === BOT).length;
  const before = answers();
  trial.say("U0BOB", "rollouts");
  await trial.until("an answer", () => answers() > before, "U0BOB");
}

/** Everything that has to be told of the newest rollout is there, the one with this number, and nothing twice. */
export async function everythingIsTold(trial: E2e, number = 1): Promise<void> {
  await trial.ended(`prod-${number}`);
  const { workspace } = trial.standin;
  await until("the list", () => workspace.files.size >= number);
  const card = await trial.message(`prod-${number}/card`);
  await until("the card's last state", () => !renderText(card).includes("[Stop]"));
  const keys = workspace.messages.flatMap(({ metadata }) => {
    const { event_payload } = (metadata ?? {}) as { event_payload?: { key?: string } };
    return event_payload?.key === undefined ? [] : [event_payload.key];
  });
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  expect(workspace.files.size).toBe(number);
}
