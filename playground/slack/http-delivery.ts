import { createHmac } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Faults } from "./faults.ts";
import type { Delivery, DeliveryPorts, EnvelopeType } from "./socket-mode.ts";

/** How long Slack waits for a 2xx. */
const TIMEOUT = 3_000;
/** After how many ms an event is sent again. What a person did is not. Source: docs/slack-limits.md, "Deliveries". */
const AGAIN = [0, 60_000, 300_000];

interface Sent {
  readonly type: EnvelopeType;
  readonly contentType: string;
  readonly body: string;
  readonly payload: unknown;
}

/** An answer is JSON, or the text itself. */
function readAnswer(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Slack's requests over HTTP, signed as Slack signs them. `skew` moves the date of the next requests, in seconds. */
export class HttpDelivery implements Delivery {
  skew = 0;
  /** The codes that the app answered with. */
  readonly statuses: number[] = [];
  readonly #url: () => string;
  readonly #secret: string;
  readonly #faults: Faults;
  readonly #unanswered: (payload: unknown) => void;
  readonly #again: readonly number[];
  readonly #clock: Clock;
  readonly #cancels = new Set<() => void>();

  constructor(url: () => string, secret: string, ports: DeliveryPorts, again = AGAIN) {
    this.#url = url;
    this.#secret = secret;
    this.#faults = ports.faults;
    this.#clock = ports.clock;
    this.#unanswered = ports.unanswered ?? (() => {});
    this.#again = again;
  }

  send(type: EnvelopeType, payload: unknown, acknowledged: (response: unknown) => void = () => {}): void {
    const isEvent = type === "events_api";
    const body = isEvent
      ? JSON.stringify(payload)
      : new URLSearchParams(
          type === "slash_commands" ? (payload as Record<string, string>) : { payload: JSON.stringify(payload) },
        ).toString();
    const contentType = isEvent ? "application/json" : "application/x-www-form-urlencoded";
    const sent = { type, contentType, body, payload };
    this.#faults.pass(() => {
      void this.#post(sent, acknowledged, 0);
      if (this.#faults.take("twice")) void this.#post(sent, () => {}, 0);
    });
  }

  close(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }

  async #post(sent: Sent, acknowledged: (response: unknown) => void, retry: number): Promise<void> {
    const stamp = String(Math.floor(this.#clock.now() / 1000) + this.skew);
    const signature = createHmac("sha256", this.#secret).update(`v0:${stamp}:${sent.body}`).digest("hex");
    const deadline = new AbortController();
    const inTime = this.#clock.after(TIMEOUT, () => deadline.abort());
    try {
      const response = await fetch(this.#url(), {
        method: "POST",
        headers: {
          "content-type": sent.contentType,
          "x-slack-request-timestamp": stamp,
          "x-slack-signature": `v0=${signature}`,
          ...(retry > 0 ? { "x-slack-retry-num": String(retry), "x-slack-retry-reason": "http_timeout" } : {}),
        },
        body: sent.body,
        signal: deadline.signal,
      });
      this.statuses.push(response.status);
      const text = await response.text();
      if (response.ok && !this.#faults.take("ack-lost")) return acknowledged(readAnswer(text));
    } catch {
      // No answer in time counts as no answer.
    } finally {
      inTime();
    }
    if (sent.type !== "events_api") return this.#unanswered(sent.payload);
    const wait = this.#again[retry];
    if (wait === undefined) return;
    const cancel = this.#clock.after(wait, () => {
      this.#cancels.delete(cancel);
      void this.#post(sent, acknowledged, retry + 1);
    });
    this.#cancels.add(cancel);
  }
}
