import type { FetchFunction } from "@slack/web-api";
import { type Meter, resultOf } from "../../core/meter.ts";

/** `fetch` as Slack's packages call it, each request counted under its method. `timeout`: in ms, of one without a signal. */
export function meteredFetch(meter: Meter, timeout: number): FetchFunction {
  return async (url, init) => {
    const method = methodOf(url);
    try {
      const response = await globalThis.fetch(url, { ...init, signal: init?.signal ?? AbortSignal.timeout(timeout) });
      meter.slackRequest(method, resultOf(response.status));
      return response;
    } catch (error) {
      meter.slackRequest(method, "no-answer");
      throw error;
    }
  };
}

/** E.g. `chat.postMessage`. Files go to an address that Slack makes up each time. */
function methodOf(url: string | URL): string {
  const last = new URL(url).pathname.split("/").at(-1) ?? "";
  return /^[a-z]+(\.[a-zA-Z]+)+$/.test(last) ? last : "file upload";
}
