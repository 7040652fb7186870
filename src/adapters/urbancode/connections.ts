import type { SecureVersion } from "node:tls";
import { Agent, request } from "undici";
import { type Meter, NO_METER } from "../../core/meter.ts";
import type { Clock } from "../../core/ports.ts";
import { AT_ONCE } from "../../model/deploy-server.ts";
import { meteredSend, type Send } from "./metered-send.ts";
import { onAbort } from "./on-abort.ts";
import { sendingOnlyIf, TooLate } from "./sending-only-if.ts";

export interface ConnectionSettings {
  /** The server's. */
  readonly name: string;
  readonly url: string;
  /** PEM text of certificates to trust in place of those that Node comes with. */
  readonly ca?: string | undefined;
  /** The oldest TLS that is spoken with it; left out = 1.2. */
  readonly minTls?: SecureVersion | undefined;
  /** Milliseconds for one request, its body included. */
  readonly requestDeadline: number;
}

export interface ConnectionPorts {
  readonly clock: Clock;
  readonly meter?: Meter;
}

interface Connections {
  readonly send: Send;
  close(): Promise<void>;
}

/** If a request does not say what it accepts, a server may compress its answer. */
const HEADERS = { accept: "application/json, text/plain, */*", "accept-encoding": "identity" };
const LARGEST_BODY = 64 * 1024 * 1024;

/** The connections to one server: kept ones for reads, one of its own for every write. */
export function openConnections(
  settings: ConnectionSettings,
  authorization: string,
  { clock, meter = NO_METER }: ConnectionPorts,
): Connections {
  const base = settings.url.replace(/\/+$/, "");
  const connect = tlsOptions(settings);
  const reads = new Agent({ connections: AT_ONCE, connect, maxResponseSize: LARGEST_BODY });
  // A connection of its own for every PUT: on a kept one, a request whose socket turns out to be closed would be sent again.
  const writes = new Agent({ connect, pipelining: 0, maxResponseSize: LARGEST_BODY });

  const send: Send = async (method, path, options) => {
    if (options.inTime?.() === false) throw new TooLate();
    const given = options.signal;
    const ending = new AbortController();
    const cancel = clock.after(settings.requestDeadline, () =>
      ending.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError")),
    );
    const ignore = onAbort(given, () => ending.abort(given?.reason));
    try {
      const { statusCode, headers, body } = await request(base + path, {
        method,
        dispatcher: method === "GET" ? reads : options.inTime ? sendingOnlyIf(options.inTime, writes) : writes,
        headers: { ...HEADERS, ...(options.anyone ? {} : { authorization }) },
        signal: ending.signal,
        ...(method === "PUT" ? { reset: true } : {}),
      });
      return {
        status: statusCode,
        body: await body.text(),
        type: String(headers["content-type"] ?? ""),
        date: String(headers.date ?? ""),
        retryAfter: String(headers["retry-after"] ?? ""),
        location: String(headers.location ?? ""),
      };
    } finally {
      cancel();
      ignore();
    }
  };

  return {
    send: meteredSend(send, { server: settings.name, meter, clock }),
    async close() {
      await Promise.all([reads.destroy(), writes.destroy()]);
    },
  };
}

const OLD_TLS: readonly SecureVersion[] = ["TLSv1", "TLSv1.1"];

/** How TLS is spoken with the server: its certificate is always checked. */
export function tlsOptions({ ca, minTls = "TLSv1.2" }: ConnectionSettings) {
  return {
    minVersion: minTls,
    // Said here, it holds whatever NODE_TLS_REJECT_UNAUTHORIZED says.
    rejectUnauthorized: true,
    ...(ca ? { ca } : {}),
    // OpenSSL 3 takes the signatures of TLS 1.0 and 1.1 at this level alone.
    ...(OLD_TLS.includes(minTls) ? { ciphers: "DEFAULT@SECLEVEL=0" } : {}),
  };
}
