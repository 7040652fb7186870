import { isIP } from "node:net";
import { connect } from "node:tls";
import type { Clock } from "../../core/ports.ts";
import { serverTrouble } from "../../core/server-trouble.ts";
import { ServerError } from "../../model/deploy-server.ts";
import { type ConnectionSettings, tlsOptions } from "./connections.ts";
import { codeOf } from "./unsent.ts";

/**
 * When the server's certificate ends, in ms since 1970; undefined if it is reached without TLS. The certificate is checked as for every
 * request, so one that is not valid is an error. Sends nothing.
 */
export async function certificateEnds(
  settings: ConnectionSettings & { readonly name: string },
  clock: Clock,
): Promise<number | undefined> {
  const { protocol, hostname, port } = new URL(settings.url);
  if (protocol !== "https:") return undefined;
  const host = hostname.replace(/^\[|\]$/g, "");
  const socket = connect({ ...tlsOptions(settings), host, port: Number(port || 443), ...serverName(host) });
  const cancel = clock.after(settings.requestDeadline, () =>
    socket.destroy(new DOMException("The connection took too long", "TimeoutError")),
  );
  try {
    return await new Promise<number>((resolve, reject) => {
      socket.once("secureConnect", () => resolve(Date.parse(socket.getPeerCertificate().valid_to)));
      socket.once("error", reject);
      socket.once("close", () => reject(new DOMException("The connection was closed", "AbortError")));
    });
  } catch (error) {
    const trouble = serverTrouble("no-answer", settings.name, { call: "certificate", reason: codeOf(error) });
    throw new ServerError("unreachable", trouble);
  } finally {
    cancel();
    socket.destroy();
  }
}

/** An address is no name of a server. */
function serverName(host: string): { readonly servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {};
}
