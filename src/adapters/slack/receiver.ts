import type { App, Receiver, ReceiverEvent } from "@slack/bolt";
import { SocketModeClient } from "@slack/socket-mode";
import type { FetchFunction } from "@slack/web-api";
import { pauseAfter } from "../../core/backoff.ts";
import type { Meter } from "../../core/meter.ts";
import { createOnce } from "../../core/once.ts";
import type { Clock, Log } from "../../core/ports.ts";
import { payloadKind } from "./payload-kind.ts";
import type { SdkLogger } from "./sdk-log.ts";
import { isRefusal, SlackTokenError } from "./slack-error.ts";

/** After the first failure to connect, in ms. */
const FIRST_PAUSE = 500;
const HELLO = 20_000;
/** Deliveries that are remembered: more than Slack sends in the time that they are kept. Source: docs/slack-limits.md, "Deliveries". */
export const MAX_DELIVERIES = 10_000;
const ABSENCE = "absence";

interface Envelope {
  readonly ack: (response?: object) => Promise<void>;
  readonly envelope_id: string;
  readonly body: ReceiverEvent["body"];
  readonly retry_num?: number;
  readonly retry_reason?: string;
}

export interface DrainingReceiver extends Receiver {
  /** Waits until no handler runs any more, or so many ms have passed. */
  drain(ms: number): Promise<void>;
  /** Whether what people say can come in now. */
  isOpen(): boolean;
}

/**
 * Bolt's receiver over Socket Mode. It acknowledges at once (forms and searches with what their
 * handler answers), drops envelopes that it has seen, and comes back by itself after
 * whatever ends a connection: the SDK's own reconnecting is deaf for seconds after a `disconnect` frame, and a refused
 * apps.connections.open would end the process as an unhandled rejection.
 */
export function createReceiver(
  settings: { readonly appToken: string; readonly apiUrl: string | undefined; readonly fetch: FetchFunction },
  ports: { readonly clock: Clock; readonly log: Log; readonly logger: SdkLogger; readonly meter: Meter },
): DrainingReceiver {
  const { clock, log, meter } = ports;
  const deliveries = createOnce({ clock, max: MAX_DELIVERIES });
  const said = createOnce({ clock });
  const running = new Set<Promise<void>>();
  let app: App | undefined;
  let stopped = false;
  let cancel = () => {};
  let failures = 0;
  let open = false;

  const client = new SocketModeClient({
    appToken: settings.appToken,
    autoReconnectEnabled: false,
    logger: ports.logger,
    clientOptions: {
      retryConfig: { retries: 0 },
      timeout: 10_000,
      fetch: settings.fetch,
      ...(settings.apiUrl ? { slackApiUrl: settings.apiUrl } : {}),
    },
  });

  async function take(envelope: Envelope): Promise<void> {
    const came = clock.monotonic();
    let acknowledged = false;
    async function ack(response?: object): Promise<void> {
      if (acknowledged) return;
      acknowledged = true;
      try {
        await envelope.ack(response);
        meter.acknowledged(payloadKind(envelope.body), clock.monotonic() - came);
      } catch {
        // The connection ended under it: Slack sends the envelope again, and it is dropped then.
        log.info({}, "an acknowledgement did not reach Slack");
      }
    }
    if (!deliveries.isNew(envelope.envelope_id)) return await ack();
    if (stopped || !app) {
      // Slack gives it to another connection then, or tells the person that nothing was done.
      deliveries.forget(envelope.envelope_id);
      return;
    }
    if (!isAnsweredInAck(envelope.body)) await ack();
    if (typeof envelope.body !== "object" || envelope.body === null) {
      log.warn({}, "an envelope without a payload was passed over");
      return;
    }
    try {
      await app.processEvent({
        body: envelope.body,
        ack: async (response) => ack(typeof response === "object" ? response : undefined),
        ...(envelope.retry_num === undefined ? {} : { retryNum: envelope.retry_num }),
        ...(envelope.retry_reason === undefined ? {} : { retryReason: envelope.retry_reason }),
      });
    } catch (error) {
      log.error({ error }, "an envelope could not be handled");
    }
    await ack();
  }

  async function connect(): Promise<void> {
    const giveUp = clock.after(HELLO, () => void client.disconnect());
    try {
      await client.start();
      // The SDK asks Slack for an address and then connects, even if disconnect() was called in between.
      if (stopped) return void client.disconnect();
      if (failures > 1) log.info({ tries: failures }, "Slack is reached again");
      failures = 0;
      said.forget(ABSENCE);
    } finally {
      giveUp();
    }
  }

  function reconnect(): void {
    cancel();
    if (stopped) return;
    const pause = pauseAfter(failures, FIRST_PAUSE);
    failures += 1;
    cancel = clock.after(pause, () => {
      connect().catch((error: unknown) => {
        sayThat(error);
        reconnect();
      });
    });
  }

  function sayThat(error: unknown): void {
    if (!said.isNew(ABSENCE)) return;
    const reason = error instanceof Error ? error.message : "closed";
    // It will not pass by itself.
    if (isRefusal(error)) log.error({ reason }, "Slack does not accept the app's token. Drydock tries again");
    else log.warn({ reason }, "Slack cannot be reached. Drydock tries again");
  }

  client.on("connected", () => {
    open = true;
  });
  client.on("disconnected", () => {
    open = false;
  });
  client.on("slack_event", (envelope: Envelope) => {
    const work = take(envelope).finally(() => running.delete(work));
    running.add(work);
  });

  return {
    isOpen: () => open && !stopped,
    init(bolt) {
      app = bolt;
    },
    async start() {
      try {
        await connect();
      } catch (error) {
        if (isRefusal(error)) throw new SlackTokenError("SLACK_APP_TOKEN", error.data.error);
        sayThat(error);
        failures = 1;
        reconnect();
      }
      client.on("disconnected", reconnect);
    },
    async stop() {
      stopped = true;
      cancel();
      client.off("disconnected", reconnect);
      await Promise.race([client.disconnect(), new Promise<void>((resolve) => clock.after(2_000, resolve))]);
    },
    async drain(ms) {
      stopped = true;
      await Promise.race([Promise.allSettled([...running]), new Promise<void>((resolve) => clock.after(ms, resolve))]);
    },
  };
}

/** A form's errors and a search's options travel in the acknowledgement itself. */
function isAnsweredInAck(body: unknown): boolean {
  const type = typeof body === "object" && body !== null && "type" in body ? body.type : undefined;
  return type === "view_submission" || type === "block_suggestion";
}
