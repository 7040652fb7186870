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

/** E.g. `chat.postMessage`. Files go to an upload address, and answers to what people do to an address of their own. */
function methodOf(url: string | URL): string {
  const parts = new URL(url).pathname.split("/");
  const last = parts.at(-1) ?? "";
  if (/^[a-z]+(\.[a-zA-Z]+)+$/.test(last)) return last;
  return parts[1] === "upload" ? "file upload" : "response_url";
}
