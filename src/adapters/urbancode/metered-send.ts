import { type Meter, resultOf } from "../../core/meter.ts";
import type { Clock, ServerName } from "../../core/ports.ts";
import { CLOSED } from "../../core/server-trouble.ts";
import type { RawAnswer } from "./raw-answer.ts";
import { TooLate } from "./sending-only-if.ts";
import { codeOf } from "./unsent.ts";

/** Sends one request, once. Throws what the connection throws, or TooLate if `inTime` says so before the first byte. */
export type Send = (
  method: "GET" | "PUT",
  path: string,
  options: { signal?: AbortSignal | undefined; anyone?: boolean; inTime?: () => boolean },
) => Promise<RawAnswer>;

/** Sends as `send` does, and counts each request with its result. */
export function meteredSend(
  send: Send,
  { server, meter, clock }: { readonly server: ServerName; readonly meter: Meter; readonly clock: Clock },
): Send {
  return async (method, path, options) => {
    const began = clock.monotonic();
    const kind = method === "GET" ? "read" : options.inTime ? "upgrade" : "test";
    try {
      const answer = await send(method, path, options);
      meter.serverRequest(server, kind, resultOf(answer.status), clock.monotonic() - began);
      return answer;
    } catch (error) {
      // A request that Drydock did not send, or cancelled, shows nothing about the server.
      const isOwn = error instanceof TooLate || options.signal?.aborted === true || codeOf(error) === CLOSED;
      if (!isOwn) meter.serverRequest(server, kind, "no-answer", clock.monotonic() - began);
      throw error;
    }
  };
}
