import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { buttonsOf } from "../../playground/slack/block-kit.ts";
import type { SlackMessage, SlackView } from "../../playground/slack/workspace.ts";
import { openDatabase } from "../../src/adapters/database.ts";
import type { Trial } from "./trial.ts";
import { cards, messages, renderText, told, until } from "./trial.ts";

/** Asks for a plan and presses the button that asks for approval; the card of the request. */
export async function askApproval(
  trial: Trial,
  id = "prod-1",
  person = "U0ALICE",
  text = "upgrade-required",
): Promise<SlackMessage> {
  const plan = await planOf(trial, person, text, "Request approval");
  trial.slack.acts.press(person, plan, "Request approval");
  return cardOf(trial, id, "[Approve]");
}

/** A new private plan that has this button. */
export async function planOf(trial: Trial, person: string, text: string, button: string): Promise<SlackMessage> {
  const shown = () =>
    messages(
      trial,
      (message) => message.only === person && buttonsOf(message.blocks).some(({ label }) => label === button),
    );
  const before = new Set(shown().map(({ ts }) => ts));
  trial.slack.acts.slash(person, "C0ONCALL", text);
  return until(`a plan with ${button}`, () => shown().find(({ ts }) => !before.has(ts)));
}

/** The rollout's card, once it says this. */
export function cardOf(trial: Trial, id: string, part: string, patience?: number): Promise<SlackMessage> {
  return until(
    `the card of ${id} says "${part}"`,
    () => cards(trial).find((card) => [`${id}:`, part].every((said) => renderText(card).includes(said))),
    patience,
  );
}

/** Presses a button and waits until the person is told this. */
export async function pressTold(trial: Trial, person: string, card: SlackMessage, label: string, part: string) {
  trial.slack.acts.press(person, card, label);
  await told(trial, person, part);
}

/** The modal that is open on the person's screen. */
export function modalOf(trial: Trial, person: string): Promise<SlackView> {
  return until(`a modal for ${person}`, () =>
    [...trial.slack.workspace.views.values()].filter((view) => view.person === person).at(-1),
  );
}

/** Fills in the one field of a modal and sends it off. */
export async function fillIn(trial: Trial, person: string, field: string, value: string): Promise<SlackView> {
  const view = await modalOf(trial, person);
  const values = { [field]: { [`drydock:field:${field}`]: { type: "plain_text_input", value } } };
  trial.slack.acts.endView(view.id, "view_submission", values);
  return view;
}

/** kill -9, then the same Drydock with other lines in its configuration. */
export async function restartWith(trial: Trial, change: (yaml: string) => string = (yaml) => yaml): Promise<void> {
  await trial.killBot();
  const file = join(trial.directory, "drydock.yml");
  const before = readFileSync(file, "utf8");
  const after = change(before);
  if (change.toString() !== "(yaml) => yaml") expect(after).not.toBe(before);
  writeFileSync(file, after);
  await trial.startBot();
}

/** The facts of a stream, from the ledger's file itself. */
export function factsOf(trial: Trial, stream: string): readonly { readonly type: string; readonly data: object }[] {
  const ledger = openDatabase(join(trial.directory, "drydock.db"), { readonly: true });
  try {
    const rows = ledger
      .prepare<[string], { json: string }>("SELECT json FROM event WHERE stream = ? ORDER BY seq")
      .all(stream);
    return rows.map(({ json }) => JSON.parse(json) as { type: string; data: object });
  } finally {
    ledger.close();
  }
}
