import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { WebSocketServer } from "ws";
import { type Acts, createActs } from "./acts.ts";
import { answerControl } from "./control-api.ts";
import { Faults } from "./faults.ts";
import { HttpDelivery } from "./http-delivery.ts";
import type { SlackApp } from "./manifest.ts";
import { createBudgets } from "./rate.ts";
import { SocketMode } from "./socket-mode.ts";
import { callMethod, refuse, refuseScope } from "./web-api.ts";
import {
  type Block,
  BOT,
  DEFAULT_CHANNELS,
  DEFAULT_PEOPLE,
  SLACKBOT,
  type SlackChannel,
  type SlackMessage,
  type SlackPerson,
  Workspace,
} from "./workspace.ts";

export interface SlackOptions {
  readonly port?: number;
  readonly host?: string;
  readonly command?: string;
  readonly people?: readonly SlackPerson[];
  readonly channels?: readonly SlackChannel[];
  /** What the app was given; what is left out = everything. */
  readonly app?: Partial<SlackApp>;
  /** Sends what happens to this URL, signed, instead of through sockets. */
  readonly http?: () => string;
  /** Real ms after which an envelope that was not acknowledged is sent again. */
  readonly redeliverAfter?: number;
}

export interface SlackStandin {
  readonly url: string;
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly workspace: Workspace;
  readonly sockets: SocketMode;
  readonly http: HttpDelivery;
  readonly signingSecret: string;
  readonly acts: Acts;
  readonly faults: Faults;
  readonly app: Partial<SlackApp>;
  readonly calls: { readonly method: string; readonly at: number; readonly status: number }[];
  stop(): Promise<void>;
}

const BOT_TOKEN = "xoxb-standin-bot-token";
const APP_TOKEN = "xapp-standin-app-token";
const SIGNING_SECRET = "standin-signing-secret";
const RESPONSE_USES = 5;
const RESPONSE_LIFE = 30 * 60_000;

interface ResponseUrl {
  readonly person: string;
  readonly channel: string;
  /** What was pressed: what may be replaced. A slash command has none. */
  readonly message: SlackMessage | undefined;
  readonly until: number;
  uses: number;
}

/** A simulated Slack workspace over real HTTP and WebSocket; an unchanged Bolt app runs against it. */
export async function startSlack(options: SlackOptions = {}): Promise<SlackStandin> {
  const workspace = new Workspace(options.people ?? DEFAULT_PEOPLE, options.channels ?? DEFAULT_CHANNELS);
  const faults = new Faults();
  const app = options.app ?? {};
  const sockets = new SocketMode(options.redeliverAfter ?? 3_000, faults, unanswered);
  const budgets = createBudgets(Date.now);

  /** What Slack shows to the person alone when an app does not acknowledge in time. */
  function unanswered(payload: unknown): void {
    const { command, channel_id, user_id, user, channel } = (payload ?? {}) as {
      readonly command?: string;
      readonly channel_id?: string;
      readonly user_id?: string;
      readonly user?: { readonly id?: string };
      readonly channel?: { readonly id?: string };
    };
    const text = command
      ? `${command} failed because the app did not respond.`
      : "This app did not respond. Try again, or ask the people who run it.";
    workspace.add({
      channel: channel_id ?? channel?.id ?? "",
      user: SLACKBOT,
      text,
      blocks: [],
      only: user_id ?? user?.id ?? "",
    });
  }

  const responses = new Map<string, ResponseUrl>();
  const calls: { method: string; at: number; status: number }[] = [];
  const tickets = new Set<string>();
  let base = "";

  function responseUrl(context: { person: string; channel: string; message?: SlackMessage }): string {
    const id = randomUUID();
    responses.set(id, {
      person: context.person,
      channel: context.channel,
      message: context.message,
      until: Date.now() + RESPONSE_LIFE,
      uses: 0,
    });
    return `${base}/response/${id}`;
  }

  const http = new HttpDelivery(options.http ?? (() => ""), SIGNING_SECRET, faults, unanswered);
  const acts = createActs({
    workspace,
    delivery: options.http ? http : sockets,
    command: options.command ?? "/agents",
    app,
    responseUrl,
  });

  async function api(method: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const args = parseBody(request, await readBody(request));
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? String(args.token ?? "");
    const send = (status: number, value: unknown, headers: Record<string, string> = {}) => {
      calls.push({ method, at: Date.now(), status });
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(JSON.stringify(value));
    };
    if (method === "apps.connections.open") {
      if (token !== APP_TOKEN) return send(200, refuse("invalid_auth"));
      const ticket = randomUUID();
      tickets.add(ticket);
      return send(200, { ok: true, url: `${base.replace("http", "ws")}/link?ticket=${ticket}` });
    }
    if (token !== BOT_TOKEN) return send(200, refuse(token === "" ? "not_authed" : "invalid_auth"));
    const late = faults.lateness(method);
    if (late > 0) await delay(late);
    if (faults.take("token-revoked", method)) return send(200, refuse("token_revoked"));
    if (faults.take("api-503", method)) return send(503, refuse("service_unavailable"));
    const wait = faults.take("api-429", method) ? 1 : budgets.spend(method, String(args.channel ?? ""));
    if (wait !== undefined) return send(429, refuse("ratelimited"), { "retry-after": String(wait) });
    const refused = faults.take("missing-scope", method)
      ? refuse("missing_scope")
      : method === "views.publish" && app.home === false
        ? refuse("not_enabled")
        : app.scopes && refuseScope(workspace, method, args, new Set(app.scopes));
    if (refused) return send(200, refused);
    const answer = callMethod(workspace, method, args) ?? refuse("unknown_method");
    if (faults.take("api-503-done", method)) return send(503, refuse("service_unavailable"));
    send(200, answer);
  }

  async function respond(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = responses.get(id);
    const args = parseBody(request, await readBody(request));
    const refused =
      !target || target.until < Date.now() ? "expired_url" : target.uses >= RESPONSE_USES ? "used_url" : undefined;
    if (!target || refused) {
      response.writeHead(404).end(refused);
      return;
    }
    target.uses += 1;
    const shown = {
      text: String(args.text ?? ""),
      blocks: Array.isArray(args.blocks) ? (args.blocks as readonly Block[]) : [],
    };
    if (args.replace_original === true && target.message) {
      Object.assign(target.message, shown);
      target.message.edits += 1;
      workspace.tell({ kind: "whispered", message: target.message });
    } else {
      const isPublic = args.response_type === "in_channel";
      workspace.add({
        channel: target.channel,
        user: BOT,
        ...shown,
        only: isPublic ? undefined : target.person,
      });
    }
    response.writeHead(200).end("ok");
  }

  async function upload(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const file = workspace.uploads.get(id);
    const body = await readBody(request);
    if (file) file.content = contentOf(body, request.headers["content-type"] ?? "");
    response.writeHead(file ? 200 : 404).end(file ? "OK" : "no such upload");
  }

  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://standin").pathname;
    const work = path.startsWith("/api/")
      ? api(path.slice(5), request, response)
      : path.startsWith("/upload/")
        ? upload(path.slice(8), request, response)
        : path.startsWith("/response/")
          ? respond(path.slice(10), request, response)
          : answerControl(request, response, { workspace, acts, sockets, faults });
    work.catch(() => response.writeHead(500).end());
  });
  const upgrades = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    const ticket = new URL(request.url ?? "/", "http://standin").searchParams.get("ticket") ?? "";
    if (!tickets.delete(ticket)) return void socket.destroy();
    upgrades.handleUpgrade(request, socket, head, (ws) => sockets.connect(ws));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, options.host ?? "127.0.0.1", resolve);
  });
  const { port, address } = server.address() as AddressInfo;
  base = `http://${address}:${port}`;
  workspace.uploadUrl = `${base}/upload`;
  return {
    url: base,
    apiUrl: `${base}/api/`,
    botToken: BOT_TOKEN,
    appToken: APP_TOKEN,
    workspace,
    sockets,
    http,
    signingSecret: SIGNING_SECRET,
    acts,
    faults,
    app,
    calls,
    stop: () =>
      new Promise((resolve) => {
        faults.clear();
        http.close();
        sockets.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Arguments that are objects: the SDK sends them as JSON texts. */
const JSON_ARGUMENTS = new Set(["blocks", "metadata", "view", "files"]);

/** A file comes as the body itself or as the one part of a form. */
function contentOf(body: string, type: string): string {
  const boundary = /boundary=([^;]+)/.exec(type)?.[1];
  if (!boundary) return body;
  const part = body.split(`--${boundary}`)[1] ?? "";
  return part.slice(part.indexOf("\r\n\r\n") + 4).replace(/\r\n$/, "");
}

/** The SDK sends forms in which objects are JSON texts; response_url gets JSON. */
function parseBody(request: IncomingMessage, body: string): Readonly<Record<string, unknown>> {
  if (request.headers["content-type"]?.includes("json")) return JSON.parse(body || "{}") as Record<string, unknown>;
  const args: Record<string, unknown> = {};
  for (const [key, value] of new URLSearchParams(body))
    args[key] = JSON_ARGUMENTS.has(key) ? (JSON.parse(value) as unknown) : value;
  return args;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
