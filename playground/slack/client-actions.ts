import type { Clock } from "../clock.ts";
import { buttonsOf } from "./block-kit.ts";
import { listOf, shapeOf } from "./checks.ts";
import { encodeText } from "./encode-text.ts";
import type { SlackApp } from "./manifest.ts";
import { refuseContent } from "./methods/chat.ts";
import { homeToApi } from "./methods/views.ts";
import { createPayloads } from "./payloads.ts";
import { type ResponseContext, showAnswer } from "./response-urls.ts";
import type { Delivery } from "./socket-mode.ts";
import { buttonIn, createViewActions, pressed, type ViewActions } from "./view-actions.ts";
import { type Block, BOT_NAME, SLACKBOT, type SlackMessage, type SlackPerson, type Workspace } from "./workspace.ts";

/** An action on an element of a message or a view, as Slack puts it into a payload. */
export interface Action {
  readonly action_id: string;
  readonly block_id?: string;
  readonly type?: string;
  readonly value?: unknown;
  readonly [more: string]: unknown;
}

/** What people do. `slash`, `act` and `mention` send the payload whoever is said to have done it; the others do what that person can. */
export interface ClientActions extends ViewActions {
  /** What somebody types and sends: a slash command, a mention of the app or a message to the others. */
  type(person: string, channel: string, text: string, thread?: string): void;
  slash(person: string, channel: string, text: string): void;
  /** Presses the button with this label; returns the confirm dialog that was answered with yes, if there was one. */
  press(person: string, message: SlackMessage, label: string): unknown;
  /** Any action on a message, also one that nobody could do by hand. */
  act(person: string, message: SlackMessage, action: Action): void;
  mention(person: string, channel: string, thread: string | undefined, text: string): void;
  /** Chooses one of the app's shortcuts from the menu of a message, by its callback_id. */
  shortcut(person: string, message: SlackMessage, callback: string): void;
  /** Opens the app's Home tab. */
  openHome(person: string): void;
  /** Presses the button with this label on the Home tab; of several, the one with this action_id. */
  pressInHome(person: string, label: string, action?: string): void;
}

export function createClientActions(ports: {
  readonly workspace: Workspace;
  readonly delivery: Delivery;
  readonly command: string;
  readonly app: Partial<SlackApp>;
  readonly clock: Clock;
  readonly responseUrl: (context: ResponseContext) => string;
}): ClientActions {
  const { workspace, delivery, command, clock } = ports;
  const payloads = createPayloads({ workspace, now: () => clock.now(), responseUrl: ports.responseUrl });

  /** Slack's own words, to one person alone. */
  function notice(person: string, channel: string, thread: string | undefined, text: string): void {
    workspace.add({ channel, user: SLACKBOT, text, blocks: [], only: person, thread });
  }

  /** Sends an event, where the app asked for events of its kind. */
  function event(content: { readonly type: string; readonly [more: string]: unknown }): void {
    if (ports.app.events && !ports.app.events.includes(content.type)) return;
    delivery.send("events_api", payloads.event(content));
  }

  const encoded = (text: string) => encodeText(text, workspace);

  /** Somebody who can do something here. Throws for those who were deactivated. */
  function present(id: string): SlackPerson | undefined {
    const person = workspace.person(id);
    if (person?.deleted) throw new Error(`${person.name} is deactivated and can do nothing in this workspace.`);
    return person;
  }

  function act(person: string, message: SlackMessage, action: Action): void {
    const whole = { block_id: "b0", type: "button", action_ts: workspace.ts(), ...action };
    delivery.send("interactive", payloads.onMessage(person, message, whole));
  }

  function slash(person: string, channel: string, text: string): void {
    delivery.send("slash_commands", payloads.slash(person, channel, command, encoded(text)), (response) => {
      const said = typeof response === "string" ? { text: response } : shapeOf(response);
      if (refuseContent(said) === undefined) showAnswer(workspace, { person, channel }, said);
    });
  }

  function mention(person: string, channel: string, thread: string | undefined, text: string): void {
    const said = workspace.add({ channel, user: person, text: encoded(text), blocks: [], thread });
    if (workspace.channel(channel)?.bot) event(payloads.mention(said));
  }

  function type(person: string, channel: string, text: string, thread?: string): void {
    present(person);
    if (workspace.channel(channel)?.archived) throw new Error("This channel is archived: no one can write in it.");
    const [word = "", ...rest] = text.trim().split(/\s+/);
    // With its token an app loses its commands.
    const isCommand = word === command && !workspace.tokenRevoked;
    if (word.startsWith("/") && !isCommand)
      notice(person, channel, thread, `\`${encoded(word)}\` is not a valid command.`);
    else if (isCommand && thread) notice(person, channel, thread, `\`${word}\` is not supported in threads. Sorry!`);
    else if (isCommand) slash(person, channel, rest.join(" "));
    else if (new RegExp(`(^|\\s)@${BOT_NAME}\\b`).test(text)) mention(person, channel, thread, text);
    else workspace.add({ channel, user: person, text: encoded(text), blocks: [], thread });
  }

  return {
    ...createViewActions({ workspace, delivery, payloads, clock }),
    type,
    slash,
    press(person, message, label) {
      present(person);
      if (message.deleted) throw new Error("The message was deleted.");
      const button = buttonIn(message.blocks, label, "The message");
      act(person, message, pressed(button));
      return button.confirm;
    },
    act,
    mention: (person, channel, thread, text) => mention(person, channel, thread, `@${BOT_NAME} ${text}`),
    shortcut(person, message, callback) {
      present(person);
      if (ports.app.shortcuts && !ports.app.shortcuts.includes(callback))
        throw new Error(`The app has no shortcut "${callback}" on messages.`);
      delivery.send("interactive", payloads.shortcut(person, message, callback));
    },
    openHome(person) {
      present(person);
      const home = workspace.homes.get(person);
      const channel = workspace.directMessages(person).id;
      const seen = { user: person, channel, tab: "home", event_ts: workspace.ts() };
      event({ type: "app_home_opened", ...seen, ...(home ? { view: homeToApi(person, home) } : {}) });
    },
    pressInHome(person, label, action) {
      present(person);
      const home = workspace.homes.get(person);
      if (!home) throw new Error("The app has not filled this Home tab.");
      const blocks = listOf(home.view.blocks) as readonly Block[];
      const same = buttonsOf(blocks).find((button) => button.label === label && button.action_id === action);
      const button = same ?? buttonIn(blocks, label, "The Home tab");
      delivery.send("interactive", payloads.onHome(person, homeToApi(person, home), pressed(button)));
    },
  };
}
