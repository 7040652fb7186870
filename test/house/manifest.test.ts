import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { commands } from "../../commands/index.ts";
import { SCOPES as SCOPES_OF_ADAPTER } from "../../src/adapters/slack/scopes.ts";
import { calledMethods } from "../support/called-methods.ts";

interface Manifest {
  readonly features: {
    readonly slash_commands: readonly {
      readonly command: string;
      readonly usage_hint: string;
      readonly should_escape: boolean;
    }[];
  };
  readonly oauth_config: { readonly scopes: { readonly bot: readonly string[] } };
  readonly settings: {
    readonly socket_mode_enabled: boolean;
    readonly event_subscriptions: { readonly bot_events: readonly string[] };
  };
}

const manifest = parse(readFileSync("manifest.yml", "utf8")) as Manifest;

/** The scopes of each Web API method, from Slack's page of the method, docs.slack.dev/reference/methods */
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  // With the app's own token, which has connections:write.
  "apps.connections.open": [],
  "auth.test": [],
  "chat.getPermalink": [],
  "chat.postMessage": ["chat:write"],
  "chat.postEphemeral": ["chat:write"],
  "chat.update": ["chat:write"],
  "conversations.history": ["channels:history", "groups:history", "im:history"],
  "conversations.open": ["im:write"],
  "conversations.replies": ["channels:history", "groups:history", "im:history"],
  "conversations.info": ["channels:read", "groups:read"],
  "conversations.members": ["channels:read", "groups:read"],
  // The SDK's way to upload: files.getUploadURLExternal and files.completeUploadExternal.
  filesUploadV2: ["files:write"],
  "usergroups.users.list": ["usergroups:read"],
  "users.list": ["users:read"],
  "views.open": [],
  "views.publish": [],
  "views.update": [],
  "users.info": ["users:read", "users:read.email"],
};

test("the manifest asks for the scopes of the methods that are called, and for no other", () => {
  const methods = calledMethods();
  expect(methods.filter((method) => !(method in SCOPES))).toEqual([]);
  const wanted = new Set(["commands", "app_mentions:read", ...methods.flatMap((method) => SCOPES[method] ?? [])]);
  expect([...manifest.oauth_config.scopes.bot].sort()).toEqual([...wanted].sort());
  expect([...SCOPES_OF_ADAPTER].sort()).toEqual([...wanted].sort());
});

test("the manifest is one by Slack's own schema", () => {
  const schema = JSON.parse(readFileSync("test/data/slack/manifest.schema.1.0.0.json", "utf8")) as object;
  const judge = new Ajv({ strict: false }).compile(schema);
  expect([judge(manifest), judge.errors]).toEqual([true, null]);
  const { display_information: _name, ...nameless } = manifest as unknown as Record<string, unknown>;
  expect(judge(nameless)).toBe(false);
});

test("the usage hint names the commands, as the help does", () => {
  const [slash] = manifest.features.slash_commands;
  expect(slash?.usage_hint).toBe(
    commands
      .filter((command) => command.group !== undefined)
      .map((command) => command.name)
      .join(" | "),
  );
  expect(slash?.should_escape).toBe(true);
  expect(manifest.settings).toMatchObject({
    socket_mode_enabled: true,
    event_subscriptions: { bot_events: ["app_home_opened", "app_mention"] },
  });
});
