import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Missing } from "../../core/missing.ts";
import { OperatorError } from "../../core/ports.ts";

export interface HealthPorts {
  /** What keeps Drydock from being ready; empty if it is. Never throws. */
  readonly missing: () => Promise<readonly Missing[]>;
  /** Whether another replica talks to Slack, and this one is ready to take over. */
  readonly isStandby: () => boolean;
  /** What a person should know, though Drydock may be ready. */
  readonly warnings: () => readonly string[];
  /** The metrics as Prometheus reads them. */
  readonly metrics: () => Promise<{ readonly type: string; readonly text: string }>;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

const JSON_TYPE = "application/json";

/** Answers monitoring: /healthz says that Drydock is alive, /readyz whether it can do its work, /metrics what it measured. Throws OperatorError if it cannot listen. */
export async function openHealthServer(
  { host, port }: { readonly host: string; readonly port: number },
  { missing, isStandby, warnings, metrics }: HealthPorts,
): Promise<HealthServer> {
  async function answer(path: string): Promise<{ status: number; type: string; text: string } | undefined> {
    // That this runs at all is the answer: the event loop turns.
    if (path === "/healthz") return { status: 200, type: JSON_TYPE, text: JSON.stringify({ status: "alive" }) };
    if (path === "/readyz") {
      const lacks = await missing();
      const status = lacks.length > 0 ? "not ready" : isStandby() ? "standby" : "ready";
      const warned = warnings();
      return {
        status: lacks.length > 0 ? 503 : 200,
        type: JSON_TYPE,
        text: JSON.stringify({ status, missing: lacks, ...(warned.length > 0 ? { warnings: warned } : {}) }),
      };
    }
    return path === "/metrics" ? { status: 200, ...(await metrics()) } : undefined;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = "/"] = (request.url ?? "/").split("?");
    const isRead = request.method === "GET" || request.method === "HEAD";
    const found = isRead ? await answer(path).catch(() => ({ status: 500, type: JSON_TYPE, text: "{}" })) : undefined;
    if (!found) return void response.writeHead(404).end();
    response.writeHead(found.status, { "content-type": found.type, "cache-control": "no-store" }).end(found.text);
  }

  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(new OperatorError(sentenceOf(host, port, error))));
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function sentenceOf(host: string, port: number, { code = "unknown" }: NodeJS.ErrnoException): string {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: "another program uses this port",
    EACCES: "Drydock may not use this port",
    EADDRNOTAVAIL: "this machine does not have this address",
  };
  return `Drydock cannot listen on ${host}:${port} for health and metrics: ${reasons[code] ?? code}. Set another health.port or health.host.`;
}
