import { randomUUID } from "node:crypto";
import { buttonsOf } from "./block-kit.ts";
import { optionProblemsOf } from "./limits.ts";
import type { Delivery } from "./socket-mode.ts";
import { type Block, BOT, type SlackMessage, type SlackView, TEAM, type Workspace } from "./workspace.ts";

const APP = "A0DRYDOCK";
/** Source: Slack's documentation of trigger_id. */
const TRIGGER_LIFE = 3_000;

export interface Option {
  readonly text: { readonly text: string };
  readonly value: string;
}

/** What people do, as the payloads that Slack makes of it. */
export interface Acts {
  slash(person: string, channel: string, text: string): void;
  /** Presses the button with this label; returns the confirm dialog that was answered with yes, if there was one. */
  press(person: string, message: SlackMessage, label: string): unknown;
  /** A press with any value, as nobody could by hand. */
  forge(person: string, message: SlackMessage, action: { readonly action_id: string; readonly value: unknown }): void;
  /** Submits or closes a modal, with what was filled in. */
  endView(id: string, how: "view_submission" | "view_closed", values?: object): void;
  /** Presses a button inside a modal. */
  pressInView(id: string, label: string): void;
  /** Types into a search field of a modal; the options that the app offers. Rejects where Slack would refuse them. */
  search(id: string, field: string, query: string): Promise<readonly Option[]>;
  mention(person: string, channel: string, thread: string, text: string): void;
}

export function createActs(ports: {
  readonly workspace: Workspace;
  readonly delivery: Delivery;
  readonly command: string;
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

  function act(person: string, message: SlackMessage, action: object): void {
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
      actions: [action],
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

  return {
    slash(person, channel, text) {
      delivery.send("slash_commands", {
        token: "standin",
        team_id: TEAM,
        team_domain: "dock",
        channel_id: channel,
        channel_name: channelName(channel),
        user_id: person,
        user_name: nameOf(person),
        command: ports.command,
        text: text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
        api_app_id: APP,
        is_enterprise_install: "false",
        response_url: ports.responseUrl({ person, channel }),
        trigger_id: triggerFor(person),
      });
    },
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
        type: "button",
        action_ts: workspace.ts(),
      });
      return button.confirm;
    },
    forge(person, message, action) {
      act(person, message, {
        block_id: "b0",
        text: { type: "plain_text", text: "forged" },
        type: "button",
        action_ts: workspace.ts(),
        ...action,
      });
    },
    endView(id, how, values = {}) {
      const shown = viewOf(id);
      if (how === "view_closed") workspace.views.delete(id);
      const payload = {
        ...inView(how, shown),
        view: { id, team_id: TEAM, ...shown.view, state: { values } },
        ...(how === "view_submission" ? { response_urls: [] } : { is_cleared: false }),
      };
      delivery.send("interactive", payload, (response) => {
        if (how === "view_closed") return;
        const said = (response ?? {}) as { response_action?: string; errors?: Readonly<Record<string, string>> };
        if (said.response_action === "errors") shown.errors = said.errors ?? {};
        else workspace.views.delete(id);
      });
    },
    pressInView(id, label) {
      const shown = viewOf(id);
      const blocks = (shown.view.blocks ?? []) as readonly Block[];
      const button = buttonsOf(blocks).find((candidate) => candidate.label === label);
      if (!button) throw new Error(`The modal has no button "${label}".`);
      const { action_id, block_id, value } = button;
      delivery.send("interactive", {
        ...inView("block_actions", shown),
        container: { type: "view", view_id: id },
        view: { id, team_id: TEAM, ...shown.view, state: { values: {} } },
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
    mention(person, channel, thread, text) {
      delivery.send("events_api", {
        token: "standin",
        team_id: TEAM,
        api_app_id: APP,
        type: "event_callback",
        event_id: `Ev${randomUUID()}`,
        event_time: Math.floor(Date.now() / 1000),
        authorizations: [{ team_id: TEAM, user_id: BOT, is_bot: true, is_enterprise_install: false }],
        event: {
          type: "app_mention",
          user: person,
          text: `<@${BOT}> ${text}`,
          ts: workspace.ts(),
          channel,
          thread_ts: thread,
          event_ts: workspace.ts(),
          team: TEAM,
        },
      });
    },
  };
}
