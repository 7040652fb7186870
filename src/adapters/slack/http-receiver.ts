import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type App, HTTPReceiver, type ReceiverEvent } from "@slack/bolt";
import type { Meter } from "../../core/meter.ts";
import { createOnce } from "../../core/once.ts";
import type { Clock, Log } from "../../core/ports.ts";
import { payloadKind } from "./payload-kind.ts";
import { type DrainingReceiver, MAX_DELIVERIES } from "./receiver.ts";
import type { SdkLogger } from "./sdk-log.ts";

const PATH = "/slack/events";
/** How far Slack's clock may be ahead of ours, in seconds. The SDK refuses what is more than five minutes old, and nothing from the future. */
const MAX_SKEW = 60;

/**
 * Bolt's receiver over HTTP: POST /slack/events takes everything, GET /healthz says that Drydock is alive. Signatures are checked by
 * the SDK; what is dated in the future is refused before, and what was delivered already is acknowledged and passed over.
 */
export function createHttpReceiver(
  settings: { readonly signingSecret: string; readonly host: string; readonly port: number },
  ports: {
    readonly clock: Clock;
    readonly log: Log;
    readonly logger: SdkLogger;
    readonly meter: Meter;
  },
): DrainingReceiver {
  const { clock, log, meter } = ports;
  const deliveries = createOnce({ clock, max: MAX_DELIVERIES });
  const running = new Set<Promise<void>>();
  const inner = new HTTPReceiver({
    signingSecret: settings.signingSecret,
    endpoints: PATH,
    logger: ports.logger,
    unhandledRequestTimeoutMillis: 2_900,
  });
  let server: Server | undefined;
  let stopping = false;

  function isRepeated({ body }: ReceiverEvent): boolean {
    // A search that is typed again is the same to the byte, and wants its options again. It only reads.
    if (payloadKind(body) === "search") return false;
    const text = JSON.stringify(body) ?? "";
    return !deliveries.isNew(createHash("sha256").update(text).digest("hex"));
  }

  async function take(app: App, event: ReceiverEvent): Promise<void> {
    // It is never answered: its connection is closed in a moment.
    if (stopping) return;
    if (isRepeated(event)) return await event.ack();
    const came = clock.monotonic();
    const ack: ReceiverEvent["ack"] = async (response) => {
      await event.ack(response);
      meter.acknowledged(payloadKind(event.body), clock.monotonic() - came);
    };
    const work = app.processEvent({ ...event, ack }).finally(() => running.delete(work));
    running.add(work);
    await work;
  }

  function isFromTheFuture(request: IncomingMessage): boolean {
    const stamp = Number(request.headers["x-slack-request-timestamp"]);
    return stamp * 1000 - clock.now() > MAX_SKEW * 1000;
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? "/").split("?")[0];
    if (path === "/healthz" && (request.method === "GET" || request.method === "HEAD")) {
      response.writeHead(stopping ? 503 : 200, { "content-type": "application/json", "cache-control": "no-store" });
      // Anyone may ask here, so that it is ready is said on the port for health alone.
      response.end(JSON.stringify({ status: stopping ? "stopping" : "alive" }));
    } else if (path !== PATH || request.method !== "POST") {
      response.writeHead(404).end();
    } else if (stopping) {
      // Slack sends an event again then, and tells a person that nothing was done.
      response.writeHead(503).end();
    } else if (isFromTheFuture(request)) {
      log.warn({}, "a request that is dated in the future was refused");
      response.writeHead(401).end();
    } else inner.requestListener(request, response);
  }

  return {
    isOpen: () => server?.listening === true && !stopping,
    init(app) {
      inner.init({ processEvent: (event: ReceiverEvent) => take(app, event) } as unknown as App);
    },
    async start() {
      const made = createServer(answer);
      server = made;
      await new Promise<void>((resolve, reject) => {
        made.once("error", reject);
        made.listen(settings.port, settings.host, resolve);
      });
      log.info({ address: made.address() }, "listening for Slack's requests");
    },
    async stop() {
      stopping = true;
      const open = server;
      if (open)
        await new Promise<void>((resolve) => {
          open.close(() => resolve());
          open.closeAllConnections();
        });
    },
    async drain(ms) {
      stopping = true;
      await Promise.race([Promise.allSettled([...running]), new Promise<void>((resolve) => clock.after(ms, resolve))]);
    },
  };
}
