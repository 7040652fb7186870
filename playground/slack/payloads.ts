import { randomUUID } from "node:crypto";
import { viewToApi } from "./methods/views.ts";
import type { ResponseContext } from "./response-urls.ts";
import { BOT, type SlackMessage, type SlackView, TEAM, type Workspace } from "./workspace.ts";

const APP = "A0DRYDOCK";
/** Source: docs/slack-limits.md, "Answers to people". */
const TRIGGER_LIFE = 3_000;

export interface PayloadPorts {
  readonly workspace: Workspace;
  readonly now: () => number;
  readonly responseUrl: (context: ResponseContext) => string;
}

/** What people do, as the payloads that Slack makes of it. Source: docs.slack.dev/reference/interaction-payloads and docs.slack.dev/reference/events */
export function createPayloads({ workspace, now, responseUrl }: PayloadPorts) {
  const nameOf = (id: string) => workspace.person(id)?.name ?? id;
  const channelName = (id: string) => workspace.channel(id)?.name ?? id;
  /** People of other workspaces come with their own. */
  const teamOf = (id: string) => workspace.person(id)?.team_id ?? TEAM;

  function triggerFor(person: string): string {
    const id = randomUUID();
    workspace.triggers.set(id, { person, until: now() + TRIGGER_LIFE, used: false });
    return id;
  }

  /** What every payload of an interaction has. A search opens nothing: typed again, its payload is the same. */
  function interaction(type: string, person: string) {
    return {
      type,
      team: { id: TEAM, domain: "dock" },
      user: { id: person, username: nameOf(person), name: nameOf(person), team_id: teamOf(person) },
      api_app_id: APP,
      token: "standin",
      ...(type === "block_suggestion" ? {} : { trigger_id: triggerFor(person) }),
      enterprise: null,
      is_enterprise_install: false,
    };
  }

  return {
    slash(person: string, channel: string, command: string, text: string) {
      return {
        token: "standin",
        team_id: teamOf(person),
        team_domain: "dock",
        channel_id: channel,
        channel_name: channelName(channel),
        user_id: person,
        user_name: nameOf(person),
        command,
        text,
        api_app_id: APP,
        is_enterprise_install: "false",
        response_url: responseUrl({ person, channel }),
        trigger_id: triggerFor(person),
      };
    },
    onMessage(person: string, message: SlackMessage, action: object) {
      const { ts, channel, only, thread, text, blocks } = message;
      return {
        ...interaction("block_actions", person),
        container: {
          type: "message",
          message_ts: ts,
          channel_id: channel,
          is_ephemeral: only !== undefined,
          ...(thread ? { thread_ts: thread } : {}),
        },
        channel: { id: channel, name: channelName(channel) },
        ...(only ? {} : { message: { type: "message", user: BOT, ts, text, blocks } }),
        state: { values: {} },
        response_url: responseUrl({ person, channel, message }),
        actions: [action],
      };
    },
    /** A shortcut of the app's, chosen from the menu of a message. */
    shortcut(person: string, message: SlackMessage, callback: string) {
      const { ts, channel, user, thread, text, blocks } = message;
      return {
        ...interaction("message_action", person),
        callback_id: callback,
        action_ts: workspace.ts(),
        message_ts: ts,
        channel: { id: channel, name: channelName(channel) },
        message: { type: "message", user, ts, text, blocks, ...(thread ? { thread_ts: thread } : {}) },
        response_url: responseUrl({ person, channel, message }),
      };
    },
    inView(type: string, shown: SlackView, values: object) {
      return { ...interaction(type, shown.person), view: { ...viewToApi(shown), state: { values } } };
    },
    /** A press on the Home tab. It has no channel and no response_url. */
    onHome(person: string, view: { readonly id?: unknown }, action: object) {
      return {
        ...interaction("block_actions", person),
        container: { type: "view", view_id: view.id },
        view,
        actions: [{ ...action, action_ts: workspace.ts() }],
      };
    },
    event(content: { readonly type: string; readonly [more: string]: unknown }) {
      return {
        token: "standin",
        team_id: TEAM,
        api_app_id: APP,
        type: "event_callback",
        event_id: `Ev${randomUUID()}`,
        event_time: Math.floor(now() / 1000),
        authorizations: [{ team_id: TEAM, user_id: BOT, is_bot: true, is_enterprise_install: false }],
        event: content,
      };
    },
    mention({ user, text, ts, channel, thread }: SlackMessage) {
      const team = teamOf(user);
      return {
        type: "app_mention",
        user,
        text,
        ts,
        channel,
        ...(thread ? { thread_ts: thread } : {}),
        event_ts: ts,
        team,
        ...(team === TEAM ? {} : { user_team: team, source_team: team }),
      };
    },
  };
}

export type Payloads = ReturnType<typeof createPayloads>;
