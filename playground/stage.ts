import type { Clock } from "./clock.ts";
import { buttonFor, keyOf, nameOf } from "./messages.ts";
import { renderText } from "./slack/block-kit.ts";
import type { SlackMessage } from "./slack/workspace.ts";
import type { Trial } from "./trial.ts";

/** In ms of the clock. Nothing in the story takes a tenth of it: only a dead Drydock reaches it. */
const LIMIT = 3 * 60 * 60_000;
const CHANNEL = "C0ONCALL";

/** What people do in #on-call, and what they wait for there. */
export interface Stage {
  /** Tells the onlooker what happens. */
  narrate(line: string): void;
  /** Types a slash command and waits for the private answer that `test` accepts. */
  ask(person: string, text: string, test: (answer: SlackMessage) => boolean): Promise<SlackMessage>;
  /** Presses the button that gives this command, and confirms. */
  press(person: string, message: SlackMessage, command: string): void;
  /** Waits for the message that Drydock posts under this key, e.g. `prod-1/card`, until `test` accepts it. */
  posted(key: string, test?: (message: SlackMessage) => boolean): Promise<SlackMessage>;
  /** Waits until Slack shows everything about the end of a rollout: the result, the card and the list as a file. */
  ended(rollout: string): Promise<void>;
}

export function createStage(
  { slack }: Trial,
  clock: Clock,
  narrate: (line: string) => void,
  limit: number = LIMIT,
): Stage {
  const { workspace, acts, app } = slack;

  /** Looks whenever something happens in the workspace. */
  function until<T>(what: string, look: () => T | undefined | false): Promise<T> {
    return new Promise((resolve, reject) => {
      const ignore = workspace.on(check);
      const cancel = clock.after(limit, () => {
        ignore();
        reject(new Error(`This did not happen in ${limit / 60_000} simulated minutes: ${what}.`));
      });
      function check(): void {
        const found = look();
        if (!found) return;
        ignore();
        cancel();
        resolve(found);
      }
      check();
    });
  }

  const posted: Stage["posted"] = (key, test = () => true) =>
    until(`Drydock posts ${key}`, () =>
      workspace.messages.find((message) => !message.deleted && keyOf(message) === key && test(message)),
    );

  return {
    narrate,
    ask(person, text, test) {
      narrate(`@${nameOf(workspace, person)} types in #on-call: ${app.commands?.[0]?.command ?? ""} ${text}`);
      const from = workspace.messages.length;
      acts.slash(person, CHANNEL, text);
      return until(`@${nameOf(workspace, person)} gets the answer to "${text}"`, () =>
        workspace.messages.slice(from).find((message) => message.only === person && test(message)),
      );
    },
    press(person, message, command) {
      const button = buttonFor(message, command);
      if (!button) throw new Error(`There is no button for "${command}" in this message:\n${renderText(message)}`);
      const confirms = button.confirm ? " and confirms" : "";
      narrate(`@${nameOf(workspace, person)} presses ${titleOf(command, button.label)}${confirms}.`);
      acts.press(person, message, button.label);
    },
    posted,
    async ended(rollout) {
      await posted(`${rollout}/end`);
      await posted(`${rollout}/card`, (card) => !buttonFor(card, "stop"));
      const isList = ({ files }: SlackMessage) => files.some(({ name }) => name === `${rollout}.csv`);
      await until(`Drydock attaches ${rollout}.csv`, () => workspace.messages.some(isList));
    },
  };
}

/** The button's label, and what it does where the label has another word for it. */
function titleOf(command: string, label: string): string {
  const verb = `${command.slice(0, 1).toUpperCase()}${command.slice(1)}`;
  return label.startsWith(verb) ? label : `${verb} (the button "${label}")`;
}
