import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { bundlePage } from "./bundle.ts";
import { type FeedPorts, feed } from "./feed.ts";
import { perform, readDeed } from "./page-actions.ts";

export interface Page {
  readonly url: string;
  stop(): Promise<void>;
}

const MAX_BODY = 200_000;

const HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Drydock: a simulation</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
</head>
<body><div id="page"></div><script type="module" src="/main.js"></script></body>
</html>
`;

/** Nothing from elsewhere is loaded, run or asked. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src 'self'; img-src data:";

/** The trial's web page, for this machine alone: it listens on the loopback interface and answers under its names only. */
export async function startPage(ports: FeedPorts & { readonly port?: number }): Promise<Page> {
  const assets = await bundlePage();
  const people = new Set(ports.slack.workspace.people.map(({ id }) => id));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://page");
    const person = url.searchParams.get("as") ?? "U0ALICE";
    const reply = (status: number, type: string, body: string | Uint8Array, headers: Record<string, string> = {}) => {
      response.writeHead(status, { "content-type": type, "cache-control": "no-store", ...headers }).end(body);
    };
    // A page from elsewhere must not reach this one by a name that it points here.
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? ""))
      return reply(403, "text/plain", "This page is for this machine alone: open it at 127.0.0.1.");
    if (!people.has(person)) return reply(404, "text/plain", "There is no person with this id.");
    if (request.method === "POST" && url.pathname === "/do") {
      // A form on another page cannot send JSON without being asked for leave first.
      if (request.headers["content-type"] !== "application/json")
        return reply(415, "text/plain", "Expected content-type: application/json.");
      const json = (status: number, body: object) => reply(status, "application/json", JSON.stringify(body));
      try {
        const done = await perform(person, readDeed(await readBody(request)), ports);
        return json(200, { ok: true, ...done });
      } catch (error) {
        return json(400, { error: error instanceof Error ? error.message : "unreadable" });
      }
    }
    if (request.method !== "GET") return reply(405, "text/plain", "GET, or POST /do.");
    if (url.pathname === "/") return reply(200, "text/html", HTML, { "content-security-policy": POLICY });
    const asset = assets.get(url.pathname);
    if (asset) return reply(200, asset.type, asset.content);
    if (url.pathname === "/events") return feed(person, response, ports);
    const file = fileOf(ports, person, url.pathname);
    if (!file) return reply(404, "text/plain", "There is nothing here.");
    const name = file.name.replace(/[^\w.-]/g, "_");
    reply(200, "application/octet-stream", file.content, { "content-disposition": `attachment; filename="${name}"` });
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(ports.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A file that this person sees in a message: /file/ID. */
function fileOf({ slack: { workspace } }: FeedPorts, person: string, path: string) {
  return workspace.messages
    .filter(({ only, deleted }) => !deleted && (only === undefined || only === person))
    .flatMap(({ files }) => files)
    .find(({ id }) => path === `/file/${id}`);
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > MAX_BODY) throw new Error("That is too much at once.");
  }
  return body;
}
