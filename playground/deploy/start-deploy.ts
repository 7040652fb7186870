import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { type Clock, wallClock } from "../clock.ts";
import { activityRoutes } from "./activity-api.ts";
import { adminRoutes } from "./admin-api.ts";
import { agentRoutes } from "./agents-api.ts";
import { type Conditions, type Reply, text, type World } from "./answers.ts";
import { callerOf } from "./auth.ts";
import { answerControl } from "./control-api.ts";
import { type DeploymentSeed, Deployments, generateDeployments } from "./deployments.ts";
import { type AgentSeed, Fleet, idOf } from "./fleet.ts";
import { frontPage } from "./front-page.ts";
import { generateFleet } from "./generate-fleet.ts";
import { OrderedAnswers } from "./ordered-answers.ts";
import { DEFAULT_DIRECTORY, type Directory, SERVICE_USER } from "./people.ts";
import { relayRoutes } from "./relays-api.ts";
import { restAgentRoutes } from "./rest-agents.ts";
import { createSwitches, type Switches } from "./switches.ts";
import { Troubles } from "./trouble.ts";

export interface DeployOptions {
  readonly port?: number;
  readonly host?: string;
  /** How many agents are made, or exactly these. */
  readonly agents?: number | readonly AgentSeed[];
  readonly seed?: number;
  /** By how much everything goes faster than the clock: at 60 a simulated minute takes a second of it. */
  readonly scale?: number;
  /** How many times faster than usual an upgrade goes; agents that come back late still do. */
  readonly upgradeSpeed?: number;
  /** The share of made agents that something goes wrong with, 0 to 1. */
  readonly faults?: number;
  /** On which share of the agents deployments begin and end by chance, 0 to 1, or exactly these. */
  readonly deployments?: number | readonly DeploymentSeed[];
  readonly serverVersion?: string;
  /** Versions of relays, by id; relays that are named here need no agent. The others are as new as the server. */
  readonly relays?: Readonly<Record<string, string>>;
  /** Which of the two known shapes the front page tells its version in. */
  readonly page?: "script" | "product";
  readonly directory?: Directory;
  readonly knowsUpgradeAgents?: boolean;
  readonly unchecked?: boolean;
  readonly securityHidden?: boolean;
  /** Its certificate and key, as PEM text; left out = it speaks HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Ms that every answer takes. */
  readonly latency?: number;
  /** Left out = the machine's. */
  readonly clock?: Clock;
  /** Called with each request that is answered as it should be, e.g. `GET /cli/agentCLI`, at the moment of which its answer tells. */
  readonly heard?: (request: string) => void;
}

export interface Deploy extends Switches {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly token: string;
  readonly fleet: Fleet;
  /** Requests so far, by method and path. */
  readonly requests: ReadonlyMap<string, number>;
  /** Bytes that came and went on its connections so far. */
  bytes(): number;
  readonly conditions: Conditions;
  readonly deployments: Deployments;
  /** The server itself is at this version from now on, and so are agents that are upgraded from now on. */
  upgradeServer(version: string): void;
  stop(): Promise<void>;
}

const ROUTES = [...agentRoutes, ...activityRoutes, ...restAgentRoutes, ...adminRoutes, ...relayRoutes];

/** A simulated UrbanCode Deploy server over real HTTP; it answers the calls that the vendor documents, as documented. */
export async function startDeploy(options: DeployOptions = {}): Promise<Deploy> {
  const clock = options.clock ?? wallClock;
  const now = () => clock.now();
  const scale = options.scale ?? 1;
  const seed = options.seed ?? 1;
  let serverVersion = options.serverVersion ?? "7.2.3.1.1150420";
  const made = options.agents ?? 50;
  const seeds =
    typeof made === "number"
      ? generateFleet({ agents: made, seed, faults: options.faults ?? 0, target: serverVersion })
      : made;
  const fleet = new Fleet(seeds, {
    seed,
    target: serverVersion,
    scale,
    now,
    upgradeSpeed: options.upgradeSpeed ?? 1,
    relays: options.relays ?? {},
  });
  const share = options.deployments ?? 0;
  const deployments = new Deployments(fleet, {
    now,
    scale,
    seeds: typeof share === "number" ? generateDeployments(seeds, { share, seed }) : share,
  });
  const directory = options.directory ?? DEFAULT_DIRECTORY;
  const requests = new Map<string, number>();
  const troubles = new Troubles(now);
  const conditions: Conditions = {
    activityForms: ["cli", "rest"],
    activityAgents: true,
    maintenance: false,
    inactiveLinks: false,
    relaysHidden: false,
    countsHidden: false,
    clockAhead: 0,
    unreported: [],
    oddNames: {},
  };
  const world: World = {
    conditions,
    fleet,
    deployments,
    directory,
    get serverVersion() {
      return serverVersion;
    },
    knowsUpgradeAgents: options.knowsUpgradeAgents ?? true,
    unchecked: options.unchecked ?? false,
    securityHidden: options.securityHidden ?? false,
    now,
    burst: () => troubles.order({ kind: "failing", seconds: 20 / scale }),
  };
  const ordered = new OrderedAnswers();
  const switches = createSwitches({ fleet, deployments, troubles, ordered, requests });

  function answer(request: IncomingMessage): Reply {
    const url = new URL(request.url ?? "/", "http://standin");
    if (url.pathname === "/") return frontPage(options.page ?? "script", serverVersion, idOf("session", seed));
    const caller = callerOf(request.headers.authorization, directory);
    if (!caller) return text(401, "Error 401: Unauthorized. You must be logged in or provide credentials.");
    const here = ROUTES.filter((route) => route.path.test(url.pathname));
    const route = here.find((candidate) => candidate.method === request.method);
    if (!route) return here.length > 0 ? text(405, "Method Not Allowed") : text(404, "Not Found");
    options.heard?.(`${request.method} ${url.pathname}`);
    const match = route.path.exec(url.pathname);
    const asked = { method: request.method ?? "GET", path: url.pathname, query: url.searchParams, caller };
    return match ? route.answer(asked, world, match) : text(404, "Not Found");
  }

  function handle(request: IncomingMessage, response: ServerResponse): void {
    const path = pathOf(request);
    if (path.startsWith("/_standin/")) {
      void answerControl(request, response, switches);
      return;
    }
    const key = `${request.method} ${path}`;
    requests.set(key, (requests.get(key) ?? 0) + 1);
    response.setHeader("date", new Date(now() + conditions.clockAhead).toUTCString());
    const { kind } = troubles.now();
    if (kind === "unreachable") request.socket.destroy();
    else if (kind === "silent") return;
    else if (kind === "failing") send(request, response, text(503, "Service Unavailable"));
    else respond(request, response, (kind === "slow" ? 2_000 : 0) + (options.latency ?? 0));
  }

  function respond(request: IncomingMessage, response: ServerResponse, delay: number): void {
    const { reply, taken, delay: late } = ordered.take(request.method ?? "GET", pathOf(request)) ?? NOT_ORDERED;
    const done = () => {
      const own = taken ? answer(request) : undefined;
      const sent = reply ?? own;
      if (sent) send(request, response, sent);
    };
    if (delay + late > 0) clock.after(delay + late, done);
    else done();
  }

  const server = options.tls ? createTlsServer(options.tls, handle) : createServer(handle);
  const open = new Set<Socket>();
  const bytesOf = (socket: Socket) => socket.bytesRead + socket.bytesWritten;
  let closedBytes = 0;
  server.on("connection", (socket) => {
    open.add(socket);
    socket.once("close", () => {
      open.delete(socket);
      closedBytes += bytesOf(socket);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, options.host ?? "127.0.0.1", resolve);
  });
  const { port, address } = server.address() as AddressInfo;
  return {
    url: `${options.tls ? "https" : "http"}://${address}:${port}`,
    user: SERVICE_USER,
    password: "dry-dock-password",
    token: "dry-dock-token",
    fleet,
    requests,
    bytes: () => [...open].reduce((sum, socket) => sum + bytesOf(socket), closedBytes),
    conditions,
    deployments,
    ...switches,
    upgradeServer(version) {
      serverVersion = version;
      fleet.target = version;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const NOT_ORDERED = { reply: undefined, taken: true, delay: 0 };

function pathOf(request: IncomingMessage): string {
  return new URL(request.url ?? "/", "http://standin").pathname;
}

function send(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  if ("drop" in reply) {
    if (reply.drop === "cut") request.socket.destroy();
    return;
  }
  if ("body" in reply) {
    response.writeHead(reply.status, { "content-type": reply.type, ...reply.headers });
    response.end(reply.body);
    return;
  }
  const isJson = "json" in reply;
  response.writeHead(reply.status, {
    "content-type": isJson ? "application/json" : "text/plain",
    ...reply.headers,
  });
  response.end(isJson ? JSON.stringify(reply.json) : reply.text);
}
