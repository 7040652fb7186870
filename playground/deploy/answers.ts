import type { Deployments } from "./deployments.ts";
import type { Fleet } from "./fleet.ts";
import type { Directory, User } from "./people.ts";

/** One request, read: the caller is known and the query parsed. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly caller: User;
}

export type Reply =
  | { readonly status: number; readonly json: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly status: number; readonly text: string; readonly headers?: Readonly<Record<string, string>> }
  /** Not the API's, or not as the API answers. */
  | {
      readonly status: number;
      readonly type: string;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The connection is cut, or held without an answer. */
  | { readonly drop: "cut" | "hold" };

export interface Conditions {
  /** In which forms it reports what runs; the other answers 404. */
  activityForms: readonly ("cli" | "rest")[];
  /** Whether what runs names its agents. */
  activityAgents: boolean;
  maintenance: boolean;
  /** Whether inactive agents are shown, and take actions; on servers before 7.1. */
  inactiveLinks: boolean;
  /** Whether nobody's account may view relays. */
  relaysHidden: boolean;
  /** Whether no account may read how many agents are in each status. */
  countsHidden: boolean;
  /** By how many ms its clock is ahead of the machine's, as its Date headers tell. */
  clockAhead: number;
  /** Fields that this server leaves out of its list. */
  unreported: readonly string[];
  /** What the list shows in place of these agents' names; undefined = no name at all. */
  oddNames: Readonly<Record<string, unknown>>;
}

export interface World {
  readonly fleet: Fleet;
  readonly deployments: Deployments;
  readonly directory: Directory;
  readonly serverVersion: string;
  /** Servers before 6.2.7 do not know `Upgrade Agents`. */
  readonly knowsUpgradeAgents: boolean;
  /** CVE-2021-29711: the upgrade is not checked. */
  readonly unchecked: boolean;
  /** /security is not readable for anybody. */
  readonly securityHidden: boolean;
  /** What goes on besides upgrades; tests change it while it runs. */
  readonly conditions: Conditions;
  readonly now: () => number;
  /** Starts a burst of 503 for everything. */
  readonly burst: () => void;
}

/** A call of docs/urbancode-deploy.md; any other path, or another method, is refused. */
export interface Route {
  readonly method: "GET" | "PUT";
  readonly path: RegExp;
  readonly answer: (asked: Asked, world: World, match: RegExpMatchArray) => Reply;
}

/** Whether the server has the setting `enableInactiveLinks`, which was removed in 7.1. */
export function hasInactiveLinks(serverVersion: string): boolean {
  return /^([0-6]\.|7\.0(\.|$))/.test(serverVersion);
}

export function json(value: unknown, headers?: Readonly<Record<string, string>>): Reply {
  return { status: 200, json: value, ...(headers ? { headers } : {}) };
}

/** Errors are text/plain on these servers. */
export function text(status: number, body: string): Extract<Reply, { readonly text: string }> {
  return { status, text: body };
}

export function missing(parameter: string): Reply {
  return text(400, `Missing required parameter: ${parameter}`);
}
