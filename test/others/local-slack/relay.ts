import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import { answerWith, passOn, readBody } from "../pass-on.ts";

/** The wire between the app and a workspace, which a test can have deliver twice and can cut. It changes nothing that passes. */
export interface Relay {
  readonly url: string;
  twice: boolean;
  /** How many envelopes and requests it has delivered twice so far. */
  doubled: number;
  readonly connections: ReadonlySet<WebSocket>;
  cut(): void;
  stop(): Promise<void>;
}

/**
 * The workspace sends each envelope to every socket of the app, so the relay opens two for each one of the app, and
 * passes on what the second gets only while it delivers twice. Requests from the workspace (POST /deliver) go to the app.
 *
 * @param ports where the workspace is, where the app takes requests in HTTP mode, and who hears what it posts.
 */
export async function startRelay(ports: {
  readonly workspace: () => string;
  readonly app: () => string;
  /** Told of each message that the app posts, with the metadata that it gave: the workspace does not show those. */
  readonly posted: (message: { channel: string; ts: string; metadata: unknown }) => void;
}): Promise<Relay> {
  const tickets = new Map<string, readonly string[]>();
  const connections = new Set<WebSocket>();

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const path = request.url ?? "/";
    if (path === "/deliver") {
      if (relay.twice) {
        relay.doubled += 1;
        void passOn(ports.app(), request, body).catch(() => {});
      }
      return answerWith(response, await passOn(ports.app(), request, body));
    }
    const first = await passOn(ports.workspace() + path, request, body);
    if (path === "/api/chat.postMessage") {
      const { channel, ts } = (await first.clone().json()) as { channel: string; ts: string };
      const metadata = new URLSearchParams(String(body)).get("metadata");
      if (metadata) ports.posted({ channel, ts, metadata: JSON.parse(metadata) });
    }
    if (path !== "/api/apps.connections.open") return answerWith(response, first);
    const second = await passOn(ports.workspace() + path, request, body);
    const sockets = await Promise.all(
      [first, second].map(async (opened) => ((await opened.json()) as { url: string }).url),
    );
    const ticket = String(tickets.size);
    tickets.set(`/${ticket}`, sockets);
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ ok: true, url: `${relay.url.replace("http", "ws")}/${ticket}` }));
  }

  function join(app: WebSocket, sockets: readonly string[]): void {
    const theirs = sockets.map((url) => new WebSocket(url));
    const end = () => {
      connections.delete(app);
      for (const socket of [app, ...theirs]) socket.terminate();
    };
    for (const socket of [app, ...theirs]) socket.on("close", end).on("error", end);
    // What somebody does before both are open would reach nobody.
    let closed = theirs.length;
    for (const socket of theirs)
      socket.on("open", () => {
        closed -= 1;
        if (closed === 0) connections.add(app);
      });
    theirs.forEach((socket, index) => {
      socket.on("message", (data) => {
        const text = String(data);
        if (index > 0 && !(relay.twice && text.includes('"envelope_id"'))) return;
        relay.doubled += index;
        app.send(text);
      });
    });
    app.on("message", (data) => theirs[0]?.send(String(data)));
  }

  const server = createServer((request, response) => {
    pass(request, response).catch(() => response.writeHead(502).end());
  });
  const upgrades = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    const sockets = tickets.get(request.url ?? "");
    if (!sockets) return void socket.destroy();
    upgrades.handleUpgrade(request, socket, head, (app) => join(app, sockets));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const relay: Relay = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    twice: false,
    doubled: 0,
    connections,
    cut() {
      for (const app of connections) app.terminate();
      connections.clear();
    },
    async stop() {
      relay.cut();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return relay;
}
