import { randomUUID } from "node:crypto";
import { buttonsOf } from "./block-kit.ts";
import { optionProblemsOf } from "./limits.ts";
import type { SlackApp } from "./manifest.ts";
import type { Delivery } from "./socket-mode.ts";
import {
  type Block,
  BOT,
  BOT_NAME,
  SLACKBOT,
  type SlackMessage,
  type SlackView,
  TEAM,
  type Workspace,
} from "./workspace.ts";

const APP = "A0DRYDOCK";
/** Source: Slack's documentation of trigger_id. */
const TRIGGER_LIFE = 3_000;

export interface Option {
  readonly text: { readonly text: string };
  readonly value: string;
}

/** An action on an element of a message or a view, as Slack puts it into a payload. */
export interface Action {
  readonly action_id: string;
  readonly block_id?: string;
  readonly type?: string;
  readonly value?: unknown;
  readonly [more: string]: unknown;
}

/** What people do, as the payloads that Slack makes of it. */
export interface Acts {
  /** What somebody types and sends: a slash command, a mention of the app or a message to the others. */
  type(person: string, channel: string, text: string, thread?: string): void;
  slash(person: string, channel: string, text: string): void;
  /** Presses the button with this label; returns the confirm dialog that was answered with yes, if there was one. */
  press(person: string, message: SlackMessage, label: string): unknown;
  /** Any action on a message, also one that nobody could do by hand. */
  act(person: string, message: SlackMessage, action: Action): void;
  /** Submits or closes a modal, with what was filled in. */
  endView(id: string, how: "view_submission" | "view_closed", values?: object): void;
  /** Presses a button inside a modal. */
  pressInView(id: string, label: string, values?: object): void;
  /** Types into a search field of a modal; the options that the app offers. Rejects where Slack would refuse them. */
  search(id: string, field: string, query: string): Promise<readonly Option[]>;
  mention(person: string, channel: string, thread: string | undefined, text: string): void;
  /** Opens the app's Home tab. */
  openHome(person: string): void;
}

export function createActs(ports: {
  readonly workspace: Workspace;
  readonly delivery: Delivery;
  readonly command: string;
  readonly app: Partial<SlackApp>;
  readonly responseUrl: (context: { person: string; channel: string; message?: SlackMessage }) => string;
}): Acts {
  const { workspace, delivery } = ports;
  const nameOf = (id: string) => workspace.people.find((person) => person.id === id)?.name ?? id;
  const channelName = (id: string) => workspace.channels.find((channel) => channel.id === id)?.name ?? id;

  function triggerFor(person: string): string {
    const id = randomUUID();
    workspace.triggers.set(id, { person, until: Date.now() + TRIGGER_LIFE, used: false });
    return id;
  }

  /** Slack's own words, to one person alone. */
  function notice(person: string, channel: string, thread: string | undefined, text: string): void {
    workspace.add({ channel, user: SLACKBOT, text, blocks: [], only: person, thread });
  }

  /** Sends an event, where the app asked for events of its kind. */
  function event(content: { readonly type: string; readonly [more: string]: unknown }): void {
    if (ports.app.events && !ports.app.events.includes(content.type)) return;
    delivery.send("events_api", {
      token: "standin",
      team_id: TEAM,
      api_app_id: APP,
      type: "event_callback",
      event_id: `Ev${randomUUID()}`,
      event_time: Math.floor(Date.now() / 1000),
      authorizations: [{ team_id: TEAM, user_id: BOT, is_bot: true, is_enterprise_install: false }],
      event: content,
    });
  }

  /** Text as Slack passes it on: names become ids, and the three characters that mean something are escaped. */
  function encoded(text: string): string {
    const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    return escaped.replace(/(?<=^|\s)@([a-z0-9._-]+)/gi, (whole, name: string) => {
      const id = name === BOT_NAME ? BOT : workspace.people.find((person) => person.name === name)?.id;
      return id === undefined ? whole : `<@${id}>`;
    });
  }

  function act(person: string, message: SlackMessage, action: Action): void {
    delivery.send("interactive", {
      type: "block_actions",
      user: { id: person, username: nameOf(person), name: nameOf(person), team_id: TEAM },
      api_app_id: APP,
      token: "standin",
      container: {
        type: "message",
        message_ts: message.ts,
        channel_id: message.channel,
        is_ephemeral: message.only !== undefined,
        ...(message.thread ? { thread_ts: message.thread } : {}),
      },
      trigger_id: triggerFor(person),
      team: { id: TEAM, domain: "dock" },
      enterprise: null,
      is_enterprise_install: false,
      channel: { id: message.channel, name: channelName(message.channel) },
      ...(message.only
        ? {}
        : { message: { type: "message", user: BOT, ts: message.ts, text: message.text, blocks: message.blocks } }),
      state: { values: {} },
      response_url: ports.responseUrl({ person, channel: message.channel, message }),
      actions: [{ block_id: "b0", type: "button", action_ts: workspace.ts(), ...action }],
    });
  }

  function viewOf(id: string): SlackView {
    const shown = workspace.views.get(id);
    if (!shown) throw new Error(`There is no modal ${id}.`);
    return shown;
  }

  /** What every payload from a modal has. */
  function inView(type: string, { person }: SlackView) {
    return {
      type,
      team: { id: TEAM, domain: "dock" },
      user: { id: person, username: nameOf(person), name: nameOf(person), team_id: TEAM },
      api_app_id: APP,
      token: "standin",
      trigger_id: triggerFor(person),
      is_enterprise_install: false,
    };
  }

  function slash(person: string, channel: string, text: string): void {
    delivery.send("slash_commands", {
      token: "standin",
      team_id: TEAM,
      team_domain: "dock",
      channel_id: channel,
      channel_name: channelName(channel),
      user_id: person,
      user_name: nameOf(person),
      command: ports.command,
      text: encoded(text),
      api_app_id: APP,
      is_enterprise_install: "false",
      response_url: ports.responseUrl({ person, channel }),
      trigger_id: triggerFor(person),
    });
  }

  function mention(person: string, channel: string, thread: string | undefined, text: string): void {
    const { ts, text: said } = workspace.add({ channel, user: person, text: encoded(text), blocks: [], thread });
    if (!workspace.channels.find(({ id }) => id === channel)?.bot) return;
    event({
      type: "app_mention",
      user: person,
      text: said,
      ts,
      channel,
      ...(thread ? { thread_ts: thread } : {}),
      event_ts: ts,
      team: TEAM,
    });
  }

  return {
    type(person, channel, text, thread) {
      const [word = "", ...rest] = text.trim().split(/\s+/);
      if (word.startsWith("/") && word !== ports.command)
        notice(person, channel, thread, `\`${encoded(word)}\` is not a valid command.`);
      else if (word.startsWith("/") && thread)
        notice(person, channel, thread, `\`${word}\` is not supported in threads. Sorry!`);
      else if (word.startsWith("/")) slash(person, channel, rest.join(" "));
      else if (new RegExp(`(^|\\s)@${BOT_NAME}\\b`).test(text)) mention(person, channel, thread, text);
      else workspace.add({ channel, user: person, text: encoded(text), blocks: [], thread });
    },
    slash,
    press(person, message, label) {
      const button = buttonsOf(message.blocks).find((candidate) => candidate.label === label);
      if (!button)
        throw new Error(
          `The message has no button "${label}"; it has: ${
            buttonsOf(message.blocks)
              .map((other) => other.label)
              .join(", ") || "none"
          }.`,
        );
      const { action_id, block_id, value } = button;
      act(person, message, {
        action_id,
        block_id,
        text: { type: "plain_text", text: label, emoji: false },
        value,
      });
      return button.confirm;
    },
    act,
    endView(id, how, values = {}) {
      const shown = viewOf(id);
      if (how === "view_closed") workspace.closeView(id);
      const payload = {
        ...inView(how, shown),
        view: { id, team_id: TEAM, ...shown.view, state: { values } },
        ...(how === "view_submission" ? { response_urls: [] } : { is_cleared: false }),
      };
      delivery.send("interactive", payload, (response) => {
        if (how === "view_closed") return;
        const said = (response ?? {}) as {
          readonly response_action?: string;
          readonly errors?: Readonly<Record<string, string>>;
          readonly view?: Readonly<Record<string, unknown>>;
        };
        if (said.response_action === "errors") shown.errors = said.errors ?? {};
        else if (said.response_action === "update") Object.assign(shown, { view: said.view ?? shown.view, errors: {} });
        else return workspace.closeView(id);
        workspace.tell({ kind: "view", person: shown.person });
      });
    },
    pressInView(id, label, values = {}) {
      const shown = viewOf(id);
      const blocks = (shown.view.blocks ?? []) as readonly Block[];
      const button = buttonsOf(blocks).find((candidate) => candidate.label === label);
      if (!button) throw new Error(`The modal has no button "${label}".`);
      const { action_id, block_id, value } = button;
      delivery.send("interactive", {
        ...inView("block_actions", shown),
        container: { type: "view", view_id: id },
        view: { id, team_id: TEAM, ...shown.view, state: { values } },
        actions: [{ action_id, block_id, value, type: "button", action_ts: workspace.ts() }],
      });
    },
    search(id, field, query) {
      const shown = viewOf(id);
      const blocks = (shown.view.blocks ?? []) as readonly Block[];
      const block = blocks.find((candidate) => candidate.block_id === field);
      const action_id = (block?.element as { readonly action_id?: string } | undefined)?.action_id;
      return new Promise((resolve, reject) => {
        const payload = {
          ...inView("block_suggestion", shown),
          container: { type: "view", view_id: id },
          view: { id, team_id: TEAM, ...shown.view, state: { values: {} } },
          action_id,
          block_id: field,
          value: query,
        };
        delivery.send("interactive", payload, (response) => {
          const { options = [] } = (response ?? {}) as { options?: readonly Option[] };
          const problems = options.length > 0 ? optionProblemsOf(options, "/options") : [];
          if (problems.length > 0) reject(new Error(problems.join("; ")));
          else resolve(options);
        });
      });
    },
    mention: (person, channel, thread, text) => mention(person, channel, thread, `@${BOT_NAME} ${text}`),
    openHome: (person) =>
      event({
        type: "app_home_opened",
        user: person,
        channel: `D${person}`,
        tab: "home",
        event_ts: workspace.ts(),
        ...(workspace.homes.has(person) ? { view: workspace.homes.get(person) } : {}),
      }),
  };
}
