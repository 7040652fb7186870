import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import type { SlackOptions } from "../../../playground/slack/start-slack.ts";
import {
  BOT,
  BOT_NAME,
  DEFAULT_CHANNELS,
  DEFAULT_PEOPLE,
  type SlackPerson,
  TEAM,
} from "../../../playground/slack/workspace.ts";
import type { SuiteSlack } from "../../support/suite-slack.ts";
import { createClientActions } from "./acts.ts";
import { type Happening, Mirror } from "./mirror.ts";
import { startProgram } from "./program.ts";
import { type Relay, startRelay } from "./relay.ts";

const APP = {
  appId: "A0DRYDOCK",
  botUserId: BOT,
  botName: BOT_NAME,
  botToken: "xoxb-judge-bot-token",
  appToken: "xapp-judge-app-token",
  signingSecret: "judge-signing-secret",
};

export interface LocalSlack extends SuiteSlack {
  readonly relay: Relay;
}

/** A workspace of local-slack with the same people and channels as our stand-in would have, as far as it knows such. */
export async function startLocalSlack(prefix: string, options: SlackOptions): Promise<LocalSlack> {
  const directory = mkdtempSync(join(tmpdir(), "drydock-local-slack-"));
  const relay = await startRelay({
    workspace: () => program.url,
    app: options.http ?? (() => ""),
    posted: (message) => mirror.posted(message),
  });
  const people = (options.people ?? DEFAULT_PEOPLE).filter(isKnownThere);
  const ids = people.map(({ id }) => id);
  const program = await startProgram(prefix, directory, {
    workspace: { name: "dock", domain: "dock", teamId: TEAM },
    apps: [{ ...APP, ...(options.http ? { mode: "events", requestUrl: `${relay.url}/deliver` } : { mode: "socket" }) }],
    users: people.map(({ id, name, email, is_bot = false }) => ({ id, name, email, is_bot })),
    channels: (options.channels ?? DEFAULT_CHANNELS).map(({ id, name, bot, is_private = false, members = ids }) => ({
      id,
      name,
      is_private,
      members: [...members, ...(bot ? [BOT] : [])],
    })),
  });
  const mirror = new Mirror(async (url) => {
    const response = await fetch(url, { headers: { authorization: `Bearer ${APP.botToken}` } });
    return response.text();
  });
  const page = new WebSocket(`${program.url.replace("http", "ws")}/ui`);
  page.on("message", (data) => mirror.take(JSON.parse(String(data)) as Happening));
  await new Promise((resolve, reject) => page.once("open", resolve).once("error", reject));

  return {
    apiUrl: `${relay.url}/api/`,
    botToken: APP.botToken,
    appToken: APP.appToken,
    signingSecret: APP.signingSecret,
    workspace: mirror,
    acts: createClientActions({
      send: (act) => page.send(JSON.stringify(act)),
      mirror,
      command: options.command ?? "/agents",
    }),
    relay,
    standin: undefined,
    judged: undefined,
    twice: (on) => {
      relay.twice = on;
    },
    unacknowledged: () => 0,
    cut: () => relay.cut(),
    connections: () => relay.connections.size,
    async stop() {
      page.terminate();
      await relay.stop();
      await program.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Those of whom local-slack would not tell that they are outsiders are left out: there they would be members. */
function isKnownThere(person: SlackPerson): boolean {
  return !(person.is_restricted || person.is_stranger || person.deleted);
}
