import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** What an app was given when it was made from its manifest. */
export interface SlackApp {
  readonly scopes: readonly string[];
  /** The events that it asked for; others are not sent to it. */
  readonly events: readonly string[];
  /** Whether it may fill a Home tab. */
  readonly home: boolean;
  /** Whether people can be written to directly. */
  readonly messages: boolean;
  /** The shortcuts that it offers on messages, by callback_id; others are not sent to it. */
  readonly shortcuts: readonly string[];
  /** What the menu of a message shows for them. */
  readonly messageMenu: readonly MenuEntry[];
  readonly commands: readonly SlackCommand[];
}

interface MenuEntry {
  readonly name: string;
  readonly callback_id: string;
}

export interface SlackCommand {
  readonly command: string;
  readonly description: string;
  readonly usage_hint?: string;
}

interface Manifest {
  readonly features: {
    readonly app_home?: { readonly home_tab_enabled?: boolean; readonly messages_tab_enabled?: boolean };
    readonly shortcuts?: readonly (MenuEntry & { readonly type: string })[];
    readonly slash_commands?: readonly SlackCommand[];
  };
  readonly oauth_config: { readonly scopes: { readonly bot: readonly string[] } };
  readonly settings: { readonly event_subscriptions?: { readonly bot_events?: readonly string[] } };
}

/** Reads a manifest as Slack does. Source: docs.slack.dev/reference/app-manifest */
export function readManifest(file: URL): SlackApp {
  const { features, oauth_config, settings } = parse(readFileSync(file, "utf8")) as Manifest;
  const messageMenu = (features.shortcuts ?? []).filter(({ type }) => type === "message");
  return {
    scopes: oauth_config.scopes.bot,
    events: settings.event_subscriptions?.bot_events ?? [],
    home: features.app_home?.home_tab_enabled === true,
    messages: features.app_home?.messages_tab_enabled !== false,
    shortcuts: messageMenu.map((one) => one.callback_id),
    messageMenu,
    commands: features.slash_commands ?? [],
  };
}
