import { expect } from "vitest";
import { factsOf } from "./approvals.ts";
import { cardSays, cards, messages, standin, type Trial, threaded, until } from "./trial.ts";

/** Slack reaches Drydock, and Drydock answers there. */
export async function answersAgain(trial: Trial): Promise<void> {
  await until("a socket", () => trial.slack.connections() > 0, 60_000);
  const before = messages(trial, ({ only }) => only === "U0BOB").length;
  trial.slack.acts.slash("U0BOB", "C0ONCALL", "rollouts");
  await until("an answer", () => messages(trial, ({ only }) => only === "U0BOB").length > before);
}

/** The rollout is over by the ledger, whatever Slack was told. */
export async function isOver(trial: Trial): Promise<void> {
  const ended = () => factsOf(trial, "rollout.prod-1").some(({ type }) => type === "rollout.ended");
  await until("the rollout to be over", ended, 60_000);
}

/** Everything that has to be told of it is there, and nothing twice. */
export async function everythingIsTold(trial: Trial): Promise<void> {
  await cardSays(trial, "prod-1: finished", 60_000);
  await threaded(trial, "prod-1 is finished", 60_000);
  const { workspace } = standin(trial);
  await until("the list", () => workspace.files.size > 0, 60_000);
  const keys = workspace.messages.flatMap(({ metadata }) => (metadata ? [keyOf(metadata)] : []));
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  expect([cards(trial).length, workspace.files.size]).toEqual([1, 1]);
}

/** Two posts of one message have one key, whatever each of them shows. */
function keyOf(metadata: unknown): string {
  return (metadata as { event_payload: { key: string } }).event_payload.key;
}
