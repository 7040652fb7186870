import type { IncomingMessage, ServerResponse } from "node:http";
import { type Clock, delay } from "../clock.ts";
import { readArguments } from "./bodies.ts";
import type { Faults } from "./faults.ts";
import type { Hear } from "./heard-delivery.ts";
import type { SlackApp } from "./manifest.ts";
import { type Arguments, refuse, type World } from "./methods/answer.ts";
import type { Budgets } from "./rate.ts";
import { refuseScope } from "./scopes.ts";
import { callMethod } from "./web-api.ts";

export interface ApiCall {
  readonly method: string;
  readonly at: number;
  readonly status: number;
  /** What it was called with. Of a message: which one, and its text for notifications. */
  readonly ts: unknown;
  readonly text: unknown;
  /** The person whom it is about, if it is about one. */
  readonly user: unknown;
}

interface Ports {
  readonly world: World;
  readonly clock: Clock;
  readonly app: Partial<SlackApp>;
  readonly tokens: { readonly bot: string; readonly app: string };
  readonly faults: Faults;
  readonly budgets: Budgets;
  readonly calls: ApiCall[];
  readonly hear: Hear;
  /** A URL for one connection of Socket Mode. */
  readonly openConnection: () => string;
}

interface Said {
  readonly status: number;
  readonly json: unknown;
  readonly retryAfter?: number;
}

export type ApiRoute = (method: string, request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** What the Web API checks before and after a method does its work: tokens, faults by order, budgets, scopes. */
export function createApiRoute(ports: Ports): ApiRoute {
  const { world, clock, app, tokens, faults, budgets, calls, hear, openConnection } = ports;

  async function answer(method: string, token: string, args: Arguments): Promise<Said> {
    if (method === "apps.connections.open") return connection(token);
    if (token !== tokens.bot) return fine(refuse(token === "" ? "not_authed" : "invalid_auth"));
    const late = faults.lateness(method);
    if (late > 0) await delay(clock, late);
    if (world.workspace.tokenRevoked || faults.take("token-revoked", method)) return fine(refuse("token_revoked"));
    if (faults.take("api-503", method)) return unavailable();
    const wait = faults.rateLimit(method) ?? budgets.spend(method, String(args.channel ?? ""));
    if (wait !== undefined) return tooMany(wait);
    const word = faults.refusal(method, typeof args.channel === "string" ? args.channel : undefined);
    if (word !== undefined) return fine(refuse(word));
    const refused = refuseByRights(method, args);
    if (refused) return fine(refused);
    const json = callMethod(world, method, args) ?? refuse("unknown_method");
    return faults.take("api-503-done", method) ? unavailable() : fine(json);
  }

  /** The app's own token opens connections: that the bot's token was revoked does not change that. */
  function connection(token: string): Said {
    if (token !== tokens.app) return fine(refuse(token === "" ? "not_authed" : "invalid_auth"));
    const wait = budgets.spend("apps.connections.open", "");
    return wait === undefined ? fine({ ok: true, url: openConnection() }) : tooMany(wait);
  }

  function refuseByRights(method: string, args: Arguments) {
    if (faults.take("missing-scope", method)) return refuse("missing_scope");
    if (method === "views.publish" && app.home === false) return refuse("not_enabled");
    return refuseScope(world, method, args);
  }

  return async (method, request, response) => {
    const args = await readArguments(request);
    hear(method, args);
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? String(args.token ?? "");
    const { status, json, retryAfter } = await answer(method, token, args);
    calls.push({ method, at: clock.now(), status, ts: args.ts, text: args.text, user: args.user });
    response.writeHead(status, {
      "content-type": "application/json",
      // The scopes of the token: the SDK reads them from here.
      ...(app.scopes && token === tokens.bot ? { "x-oauth-scopes": app.scopes.join(",") } : {}),
      ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
    });
    response.end(JSON.stringify(json));
  };
}

function fine(json: unknown): Said {
  return { status: 200, json };
}

function unavailable(): Said {
  return { status: 503, json: refuse("service_unavailable") };
}

function tooMany(retryAfter: number): Said {
  return { status: 429, json: refuse("ratelimited"), retryAfter };
}
