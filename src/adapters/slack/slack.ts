import { App } from "@slack/bolt";
import { WebClient } from "@slack/web-api";
import type { Answer } from "../../app/command.ts";
import type { Channels, Clock, Log, People, Thread, Usergroups } from "../../app/ports.ts";
import { createChannels } from "./channels.ts";
import { createHttpReceiver } from "./http-receiver.ts";
import { listenTo } from "./listeners.ts";
import { createOutbox } from "./outbox.ts";
import { createPeople } from "./people.ts";
import { createReceiver } from "./receiver.ts";
import { createSdkLog } from "./sdk-log.ts";
import { createThread } from "./thread.ts";
import { createUsergroups } from "./usergroups.ts";

export interface SlackSettings {
  readonly botToken: string;
  /** How Slack's requests come in: over a socket that is opened from here, or to a port of this machine. */
  readonly incoming:
    | { readonly mode: "socket"; readonly appToken: string }
    | { readonly mode: "http"; readonly signingSecret: string; readonly host: string; readonly port: number };
  readonly apiUrl: string | undefined;
  /** The slash word, e.g. `/agents`. */
  readonly word: string;
}

export interface Slack {
  readonly thread: Thread;
  readonly people: People;
  readonly channels: Channels;
  readonly usergroups: Usergroups;
  /** Takes what people say from now on. Throws where Slack refuses the tokens, or the port is taken. */
  listen(answer: Answer): Promise<void>;
  /** Takes nothing more, waits for answers that are on their way (2 s at most), closes the connection. */
  stop(): Promise<void>;
}

const DRAIN = 2_000;

/** Slack through Bolt. `health` is what /healthz tells in HTTP mode. Throws where Slack refuses the bot's token. */
export async function openSlack(
  settings: SlackSettings,
  ports: { readonly clock: Clock; readonly log: Log; readonly health: () => Readonly<Record<string, unknown>> },
): Promise<Slack> {
  const { clock, log } = ports;
  const { botToken, incoming, apiUrl } = settings;
  const logger = createSdkLog(log);
  const clientOptions = {
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
    timeout: 10_000,
    logger,
    ...(apiUrl ? { slackApiUrl: apiUrl } : {}),
  };
  const client = new WebClient(botToken, clientOptions);
  const self = await client.auth.test();
  const botUser = self.user_id ?? "";
  const team = self.team_id ?? "";
  const outbox = createOutbox({ clock });
  const people = createPeople({ client, clock, team });
  const receiver =
    incoming.mode === "http"
      ? createHttpReceiver(incoming, { ...ports, logger })
      : createReceiver({ appToken: incoming.appToken, apiUrl }, { clock, log, logger });

  return {
    thread: createThread({ client, outbox, botUser }),
    people,
    channels: createChannels({ client, people, clock, team }),
    usergroups: createUsergroups({ client, clock }),
    async listen(answer) {
      const app = new App({
        token: botToken,
        receiver,
        clientOptions,
        logger,
        botUserId: botUser,
        ...(self.bot_id ? { botId: self.bot_id } : {}),
        tokenVerificationEnabled: false,
      });
      listenTo(app, answer, settings.word, { client, clock, log });
      await app.start();
    },
    async stop() {
      await receiver.drain(DRAIN);
      await receiver.stop();
      outbox.close();
    },
  };
}
