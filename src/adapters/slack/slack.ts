import { App, type BlockButtonAction, type RespondArguments, type RespondFn } from "@slack/bolt";
import { WebClient } from "@slack/web-api";
import type { Answer, Call } from "../../app/command.ts";
import type { Clock, Log, People, Thread } from "../../app/ports.ts";
import { say, type View } from "../../app/view.ts";
import { toMessage, unescapeText } from "./blocks.ts";
import { createOutbox } from "./outbox.ts";
import { createPeople } from "./people.ts";
import { readPress } from "./press.ts";
import { createReceiver } from "./receiver.ts";
import { createSdkLog } from "./sdk-log.ts";
import { createThread } from "./thread.ts";

export interface SlackSettings {
  readonly botToken: string;
  readonly appToken: string;
  readonly apiUrl: string | undefined;
  /** The slash word, e.g. `/agents`. */
  readonly word: string;
}

export interface Slack {
  readonly thread: Thread;
  readonly people: People;
  /** Takes what people say from now on. Throws where Slack refuses the tokens. */
  listen(answer: Answer): Promise<void>;
  /** Takes nothing more, waits for answers that are on their way (5 s at most), closes the connection. */
  stop(): Promise<void>;
}

const DRAIN = 5_000;
const NOT_OURS = say("Drydock did not draw this button, or it is damaged. Say the command again.");

/** Slack through Bolt and Socket Mode. Throws where Slack refuses the bot's token. */
export async function openSlack(
  settings: SlackSettings,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<Slack> {
  const logger = createSdkLog(log);
  const clientOptions = {
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
    timeout: 10_000,
    logger,
    ...(settings.apiUrl ? { slackApiUrl: settings.apiUrl } : {}),
  };
  const client = new WebClient(settings.botToken, clientOptions);
  const self = await client.auth.test();
  const botUser = self.user_id ?? "";
  const outbox = createOutbox({ clock });
  const receiver = createReceiver(settings, { clock, log, logger });

  async function whisper(call: Call, view: View): Promise<void> {
    await client.chat.postEphemeral({
      channel: call.channel,
      user: call.person,
      ...toMessage(view),
      ...(call.thread ? { thread_ts: call.thread } : {}),
    });
  }

  /** Answers go round the outbox: they never wait behind progress. */
  async function tell(call: Call, view: View, respond: RespondFn | undefined, replace: boolean): Promise<void> {
    const message: RespondArguments = { ...toMessage(view), response_type: "ephemeral", replace_original: replace };
    try {
      if (respond) await respond(message);
      else await whisper(call, view);
    } catch (error) {
      log.warn(
        { reason: error instanceof Error ? error.name : "unknown" },
        "an answer did not reach Slack by its own way",
      );
      if (respond) await whisper(call, view);
    }
  }

  function listenTo(app: App, answer: Answer): void {
    app.command(settings.word, async ({ command, respond }) => {
      const call: Call = {
        via: "slash",
        person: command.user_id,
        channel: command.channel_id,
        text: unescapeText(command.text ?? ""),
      };
      await tell(call, (await answer(call)).view, respond, false);
    });
    app.action<BlockButtonAction>(
      { type: "block_actions", action_id: /^drydock:/ },
      async ({ body, action, respond }) => {
        const press = readPress(action.value);
        const place = { person: body.user.id, channel: body.channel?.id ?? textIn(body.container, "channel_id") ?? "" };
        const ephemeral = (body.container as { is_ephemeral?: unknown } | undefined)?.is_ephemeral === true;
        const message = ephemeral ? undefined : textIn(body.container, "message_ts");
        const call: Call = {
          via: "button",
          ...place,
          ...(press ?? { command: "?", args: [] }),
          ...(message ? { thread: message } : {}),
        };
        await tell(call, press ? (await answer(call)).view : NOT_OURS, respond, ephemeral && press !== undefined);
      },
    );
    app.event("app_mention", async ({ event }) => {
      if (!event.user || event.bot_id || "edited" in event) return;
      const text = unescapeText(event.text.replace(/^\s*<@[A-Z0-9]+(\|[^>]*)?>\s*/, ""));
      const call: Call = {
        via: "mention",
        person: event.user,
        channel: event.channel,
        thread: event.thread_ts ?? event.ts,
        text,
      };
      await tell(call, (await answer(call)).view, undefined, false);
    });
    app.error(async (error) => {
      log.error({ error }, "Bolt could not handle something");
    });
  }

  return {
    thread: createThread({ client, outbox, botUser }),
    people: createPeople({ client, clock, team: self.team_id ?? "" }),
    async listen(answer) {
      const app = new App({
        token: settings.botToken,
        receiver,
        clientOptions,
        logger,
        botUserId: botUser,
        ...(self.bot_id ? { botId: self.bot_id } : {}),
        tokenVerificationEnabled: false,
      });
      listenTo(app, answer);
      await app.start();
    },
    async stop() {
      await receiver.drain(DRAIN);
      await receiver.stop();
      outbox.close();
    },
  };
}

/** A text of the payload's container, which Bolt does not describe. */
function textIn(container: object | undefined, key: string): string | undefined {
  const value: unknown = container && Object.entries(container).find(([name]) => name === key)?.[1];
  return typeof value === "string" ? value : undefined;
}
