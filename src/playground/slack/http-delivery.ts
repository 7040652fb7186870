import { createHmac } from "node:crypto";
import type { Delivery, EnvelopeType } from "./socket-mode.ts";

/** Slack's tries: at once, and again where there was no 2xx within 3 s. Source: Slack's Events API documentation. */
const PATIENCE = 3_000;
const TRIES = 3;

/**
 * Slack's requests over HTTP, signed as Slack signs them. `skew` moves the date of the next requests, in seconds; `duplicates`
 * sends each of them again.
 */
export class HttpDelivery implements Delivery {
  duplicates = 0;
  skew = 0;
  /** The codes that the app answered with. */
  readonly statuses: number[] = [];
  readonly #url: () => string;
  readonly #secret: string;

  constructor(url: () => string, secret: string) {
    this.#url = url;
    this.#secret = secret;
  }

  send(type: EnvelopeType, payload: unknown, acknowledged: (response: unknown) => void = () => {}): void {
    const body =
      type === "events_api"
        ? JSON.stringify(payload)
        : new URLSearchParams(
            type === "slash_commands" ? (payload as Record<string, string>) : { payload: JSON.stringify(payload) },
          ).toString();
    const contentType = type === "events_api" ? "application/json" : "application/x-www-form-urlencoded";
    for (let i = 0; i <= this.duplicates; i += 1)
      void this.#post(contentType, body, i === 0 ? acknowledged : () => {}, 1);
  }

  async #post(
    contentType: string,
    body: string,
    acknowledged: (response: unknown) => void,
    attempt: number,
  ): Promise<void> {
    const stamp = String(Math.floor(Date.now() / 1000) + this.skew);
    const signature = createHmac("sha256", this.#secret).update(`v0:${stamp}:${body}`).digest("hex");
    try {
      const response = await fetch(this.#url(), {
        method: "POST",
        headers: {
          "content-type": contentType,
          "x-slack-request-timestamp": stamp,
          "x-slack-signature": `v0=${signature}`,
          ...(attempt > 1 ? { "x-slack-retry-num": String(attempt - 1), "x-slack-retry-reason": "http_timeout" } : {}),
        },
        body,
        signal: AbortSignal.timeout(PATIENCE),
      });
      this.statuses.push(response.status);
      const text = await response.text();
      if (response.ok) acknowledged(text === "" ? undefined : (JSON.parse(text) as unknown));
    } catch {
      if (attempt < TRIES) await this.#post(contentType, body, acknowledged, attempt + 1);
    }
  }
}
