import { App } from "@slack/bolt";
import type { Answer } from "../../core/call.ts";
import type { Term } from "../../core/duties.ts";
import type { SlackInspection } from "../../core/inspection.ts";
import { type Meter, NO_METER } from "../../core/meter.ts";
import type { Missing } from "../../core/missing.ts";
import type { Channels, Clock, Log, People, SlackError, Thread, Usergroups } from "../../core/ports.ts";
import { createHttpReceiver } from "./http-receiver.ts";
import { createSlackInspection } from "./inspection.ts";
import { listenTo } from "./listen-to.ts";
import { openSlackReads } from "./open-reads.ts";
import { createOutbox } from "./outbox.ts";
import { createReachability } from "./reachability.ts";
import { createReceiver, type DrainingReceiver } from "./receiver.ts";
import { isRefusal, SlackTokenError } from "./slack-error.ts";
import { createThread } from "./thread.ts";

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
  readonly inspection: SlackInspection;
  /**
   * Takes what people say until `unlisten`, or as soon as Slack can be reached. Throws where Slack refuses the app's token, or the port is taken.
   * @param ending refuses those whose commands wait until Slack describes more people.
   */
  listen(answer: Answer, ending: AbortSignal): Promise<void>;
  /** Takes nothing more, waits for answers that are on their way (2 s at most), closes the connection. It may listen again after that. */
  unlisten(): Promise<void>;
  /** What is wrong with the way to Slack and back, if anything is. Never throws. */
  missing(): Promise<readonly Missing[]>;
  /** The same, and sends nothing more. */
  stop(): Promise<void>;
}

const DRAIN = 2_000;

/**
 * Slack through Bolt. Throws SlackTokenError where Slack refuses the bot's token; where it gives no answer, everything that needs it
 * throws SlackError until it does.
 */
export async function openSlack(
  settings: SlackSettings,
  ports: {
    readonly clock: Clock;
    readonly log: Log;
    readonly meter?: Meter;
    /** Undefined while this process may not post. */
    readonly termNow?: () => Pick<Term, "signal"> | undefined;
  },
): Promise<Slack> {
  const { clock, log, meter = NO_METER } = ports;
  const { botToken, incoming, apiUrl } = settings;
  const { client, whoAmI, people, channels, usergroups, logger, clientOptions } = openSlackReads(settings, {
    clock,
    log,
    meter,
  });
  await whoAmI().catch((error: SlackError) => {
    if (isRefusal(error.cause)) throw new SlackTokenError("SLACK_BOT_TOKEN", error.code);
    log.warn({ reason: error.message }, "Slack cannot be reached: Drydock starts without it and keeps trying");
  });
  const outbox = createOutbox({ clock, ...(ports.termNow ? { termNow: ports.termNow } : {}) });
  const reachability = createReachability({ client, clock });
  let receiver: DrainingReceiver | undefined;

  function newReceiver(): DrainingReceiver {
    const parts = { clock, log, logger, meter };
    if (incoming.mode === "http") return createHttpReceiver(incoming, parts);
    return createReceiver({ appToken: incoming.appToken, apiUrl, fetch: clientOptions.fetch }, parts);
  }

  async function unlisten(): Promise<void> {
    const open = receiver;
    receiver = undefined;
    await open?.drain(DRAIN);
    await open?.stop();
  }

  return {
    thread: createThread({ client, outbox, whoAmI }),
    people,
    channels,
    usergroups,
    inspection: createSlackInspection(client, undefined),
    async listen(answer, ending) {
      people.letWait(true);
      ending.addEventListener("abort", () => people.letWait(false), { once: true });
      receiver = newReceiver();
      const app = new App({
        receiver,
        clientOptions,
        logger,
        // Bolt drops what comes in if this throws, so it asks nothing of Slack.
        authorize: async () => ({ botToken }),
      });
      listenTo(app, answer, settings.word, { client, clock, log });
      await app.start();
    },
    unlisten,
    async missing() {
      const code = await reachability();
      return [
        ...(receiver?.isOpen() ? [] : [{ code: "slack-disconnected" as const }]),
        ...(code === undefined ? [] : [{ code }]),
      ];
    },
    async stop() {
      await unlisten();
      outbox.close();
    },
  };
}
