import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { type Clock, wallClock } from "../clock.ts";
import { type ApiCall, createApiRoute } from "./api-route.ts";
import { readArguments } from "./bodies.ts";
import { type ClientActions, createClientActions } from "./client-actions.ts";
import { answerControl } from "./control-api.ts";
import { Faults } from "./faults.ts";
import { giveFile, takeUpload } from "./file-route.ts";
import { type Hear, heardDelivery } from "./heard-delivery.ts";
import { HttpDelivery } from "./http-delivery.ts";
import type { SlackApp } from "./manifest.ts";
import { createBudgets } from "./rate.ts";
import { ResponseUrls } from "./response-urls.ts";
import { SocketMode } from "./socket-mode.ts";
import { tellUnanswered } from "./unanswered.ts";
import {
  DEFAULT_CHANNELS,
  DEFAULT_PEOPLE,
  type SlackChannel,
  type SlackPerson,
  type SlackUsergroup,
  Workspace,
} from "./workspace.ts";

export interface SlackOptions {
  readonly port?: number;
  readonly host?: string;
  readonly command?: string;
  readonly people?: readonly SlackPerson[];
  readonly channels?: readonly SlackChannel[];
  readonly usergroups?: readonly SlackUsergroup[];
  /** What the app was given; what is left out = everything. */
  readonly app?: Partial<SlackApp>;
  /** Sends what happens to this URL, signed, instead of through sockets. */
  readonly http?: () => string;
  /** Ms after which an envelope that was not acknowledged is sent again. */
  readonly redeliverAfter?: number;
  /** Left out = the machine's. */
  readonly clock?: Clock;
  readonly hear?: Hear;
  /** Left out = of its own, as in Slack: what was meant for another workspace, and finds its port here, gets no connection. */
  readonly tokens?: { readonly bot: string; readonly app: string };
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
  readonly acts: ClientActions;
  readonly faults: Faults;
  readonly app: Partial<SlackApp>;
  readonly calls: ApiCall[];
  /** Whether nobody reaches it: requests and connections are cut, and what people do meanwhile is lost. */
  setAway(away: boolean): void;
  /** Gives the app a bot token in place of the one that it had, which is of no use any more. */
  renewToken(): string;
  stop(): Promise<void>;
}

/** Answers the requests of one kind; `rest` is the path after its first part. */
type Route = (rest: string, request: IncomingMessage, response: ServerResponse) => Promise<void>;

const SIGNING_SECRET = "standin-signing-secret";

/** A simulated Slack workspace over real HTTP and WebSocket; an unchanged Bolt app runs against it. */
export async function startSlack(options: SlackOptions = {}): Promise<SlackStandin> {
  const clock = options.clock ?? wallClock;
  const now = () => clock.now();
  const hear = options.hear ?? (() => {});
  const app = options.app ?? {};
  const workspace = new Workspace(
    options.people ?? DEFAULT_PEOPLE,
    options.channels ?? DEFAULT_CHANNELS,
    options.usergroups,
    now,
  );
  const faults = new Faults(clock);
  const unanswered = (payload: unknown) => tellUnanswered(workspace, payload);
  const sockets = new SocketMode(options.redeliverAfter ?? 3_000, { clock, faults, unanswered });
  const http = new HttpDelivery(options.http ?? (() => ""), SIGNING_SECRET, { clock, faults, unanswered });
  const responses = new ResponseUrls(workspace, now);
  const calls: ApiCall[] = [];
  const tickets = new Set<string>();
  const tokens = {
    bot: `xoxb-standin-${randomUUID()}`,
    app: `xapp-standin-${randomUUID()}`,
    ...options.tokens,
  };
  let away = false;
  let base = "";

  const acts = createClientActions({
    workspace,
    // An app whose token is revoked gets nothing any more.
    delivery: heardDelivery(options.http ? http : sockets, () => !away && !workspace.tokenRevoked, hear),
    command: options.command ?? "/agents",
    app,
    clock,
    responseUrl: (context) => `${base}/response/${responses.add(context)}`,
  });
  const api = createApiRoute({
    world: { workspace, scopes: app.scopes && new Set(app.scopes), now, messagesTab: app.messages },
    clock,
    app,
    tokens,
    faults,
    budgets: createBudgets(now),
    calls,
    hear,
    openConnection: () => {
      const ticket = randomUUID();
      tickets.add(ticket);
      return `${base.replace("http", "ws")}/link?ticket=${ticket}`;
    },
  });

  async function respond(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const args = await readArguments(request);
    hear("response_url", args);
    const refused = responses.answer(id, args);
    const isGone = refused === "expired_url" || refused === "used_url";
    response.writeHead(refused === undefined ? 200 : isGone ? 404 : 400).end(refused ?? "ok");
  }

  const control: Route = (_path, request, response) =>
    answerControl(request, response, { workspace, acts, sockets, faults });
  const routes: Readonly<Record<string, Route>> = {
    api,
    response: respond,
    upload: (id, request, response) => takeUpload(workspace, id, request, response),
    files: (path, _request, response) => giveFile(workspace, path, response),
  };

  const server = createServer((request, response) => {
    const [, route = "", ...rest] = new URL(request.url ?? "/", "http://standin").pathname.split("/");
    const open = (Object.hasOwn(routes, route) ? routes[route] : undefined) ?? control;
    if (away && open !== control) return void request.socket.destroy();
    open(rest.join("/"), request, response).catch(() => response.writeHead(500).end());
  });
  const upgrades = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    const ticket = new URL(request.url ?? "/", "http://standin").searchParams.get("ticket") ?? "";
    if (away || !tickets.delete(ticket)) return void socket.destroy();
    upgrades.handleUpgrade(request, socket, head, (ws) => sockets.connect(ws));
  });
  base = await listen(server, options);
  workspace.uploadUrl = `${base}/upload`;
  workspace.filesUrl = `${base}/files`;
  return {
    url: base,
    apiUrl: `${base}/api/`,
    botToken: tokens.bot,
    appToken: tokens.app,
    workspace,
    sockets,
    http,
    signingSecret: SIGNING_SECRET,
    acts,
    faults,
    app,
    calls,
    setAway(on) {
      away = on;
      if (on) sockets.cut();
    },
    renewToken() {
      tokens.bot = `xoxb-standin-${randomUUID()}`;
      workspace.tokenRevoked = false;
      return tokens.bot;
    },
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

async function listen(server: Server, options: SlackOptions): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, options.host ?? "127.0.0.1", resolve);
  });
  const { port, address } = server.address() as AddressInfo;
  return `http://${address}:${port}`;
}
