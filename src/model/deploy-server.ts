import type { Agent, AgentDetail } from "../core/agent.ts";
import type { ServerName } from "../core/ports.ts";
import type { Secret } from "../core/secret.ts";
import { type ServerTrouble, serverTrouble, serverTroubleText } from "../core/server-trouble.ts";
import { lineText } from "../core/view.ts";
import type { RoleMapping, ServerRole } from "./rights.ts";
import type { ServerFault } from "./server/server-fault.ts";
import type { StatusCounts } from "./server/status-counts.ts";
import type { UncertainCode } from "./upgrade/upgrade-events.ts";

/** Questions that one server is asked at the same time. */
export const AT_ONCE = 10;

export class ServerError extends Error {
  override readonly name = "ServerError";
  readonly fault: ServerFault;
  readonly status: number | undefined;

  /** The same as data, for the ledger. */
  readonly trouble: ServerTrouble;

  /** @param said what came instead of an answer, or a sentence about it: the server's own text may be in it, secrets are not. */
  constructor(fault: ServerFault, said: ServerTrouble | string, status?: number) {
    const trouble = typeof said === "string" ? serverTrouble("other", "", { text: said }) : said;
    super(lineText(serverTroubleText(trouble)));
    this.trouble = trouble;
    this.fault = fault;
    this.status = status;
  }
}

/** The server as a whole is away or refuses Drydock, or something else answers in its place: that says nothing about what was asked. */
export function isAway({ fault }: ServerError): boolean {
  return fault === "unreachable" || fault === "not-the-api" || fault === "login-refused";
}

/** Nothing was learned about what was asked: the server is away, or it failed. */
export function saysNothing(error: ServerError): boolean {
  return isAway(error) || error.fault === "failing";
}

export type TriggerResult =
  | { readonly kind: "accepted"; readonly status: number }
  /** The server answered 4xx: this attempt did not happen. `text` is what the server said. */
  | { readonly kind: "refused"; readonly status: number; readonly text: string }
  /** The request never left: refused connection, DNS, TLS, or (`late`) its time was over, which says nothing about the server. This attempt did not happen. */
  | { readonly kind: "unsent"; readonly trouble: ServerTrouble; readonly late?: true }
  /** 425, 429, or 401 to Drydock's own account: not taken. The server asks to be asked again, after `wait` ms where it says so. */
  | {
      readonly kind: "postponed";
      readonly status: number;
      readonly text: string;
      readonly wait: number | undefined;
      /** Of 401. */
      readonly trouble?: ServerTrouble;
    }
  /** 5xx (then with its status), a time-out, a lost connection, or one of the answers of `code`: it may have happened. `text`: what the server said, or an error code. */
  | { readonly kind: "uncertain"; readonly text: string; readonly status?: number; readonly code?: UncertainCode };

/** An agent relay. It shows no upgrade status: whether it lags is told by its version alone. */
export interface Relay {
  readonly id: string;
  readonly name: string;
  /** False where the server shows it as offline; undefined where it does not tell. */
  readonly up: boolean | undefined;
  readonly version: string | undefined;
  /** The host on which it runs. */
  readonly hostname: string | undefined;
  /** How many agents the server counts behind it; which of them it takes for active is not documented. */
  readonly totalAgents: number | undefined;
  readonly activeAgents: number | undefined;
  /** In ms since 1970. */
  readonly lastContact: number | undefined;
  /** `JMS` or `Web`, where newer servers tell. */
  readonly communication: string | undefined;
}

export interface ServerUser {
  readonly id: string;
  readonly name: string;
  readonly email: string | undefined;
  readonly active: boolean;
  readonly groups: readonly { readonly id: string; readonly name: string }[];
}

/** What runs on a server right now. Deployments that name their agent, by its id or else its name; the others are only counted. */
export interface KnownActivity {
  readonly kind: "known";
  readonly running: number;
  readonly agents: readonly string[];
  readonly unnamed: number;
  /** Which of the two known forms the server answers. */
  readonly form: "cli" | "rest";
}

/** `not-reported`: the server has neither form. `trouble`: it gave no answer that can be used, so anything may run. */
export type Activity =
  | KnownActivity
  | { readonly kind: "not-reported" }
  | { readonly kind: "trouble"; readonly error: ServerError };

/** Settings of the server as a whole; undefined where it does not tell. */
export interface SystemSettings {
  /** Whether it is in maintenance mode. */
  readonly maintenance: boolean | undefined;
  /** Whether the web interface shows inactive agents and takes actions on them. Servers from 7.1 on do not have it. */
  readonly inactiveLinks: boolean | undefined;
  /** The address by which it says agents and people reach it. */
  readonly externalUrl?: string | undefined;
}

/** One UrbanCode Deploy server. Every call has a time-out; reads are retried with limits, the trigger never. Reads throw ServerError. */
export interface UrbanCode {
  readonly name: ServerName;
  list(signal?: AbortSignal): Promise<readonly Agent[]>;
  /** How many entries of the list that was read last have no id or no name that is a text: they are no agents of `list`. */
  nameless(): number;
  /** The agents that are inactive, which `list` leaves out. @param serverVersion decides how they are asked for. */
  listInactive(serverVersion: string | undefined, signal?: AbortSignal): Promise<readonly Agent[]>;
  info(agentId: string, signal?: AbortSignal): Promise<AgentDetail>;
  /**
   * Asks once, and only once, for the agent's upgrade. Never throws.
   * @param given `notAfter` (monotonic): not one byte of the request leaves after that. `callId`: the call from which it follows, and `agentName`, for the log.
   */
  trigger(
    agentId: string,
    given?: { readonly notAfter?: number; readonly callId?: string | undefined; readonly agentName?: string },
  ): Promise<TriggerResult>;
  /**
   * Has the server test its connection to the agent, once; the server's own words on one line, empty where it said nothing. What
   * they hold is not documented.
   */
  testConnection(agentId: string): Promise<string>;
  statuses(signal?: AbortSignal): Promise<StatusCounts>;
  /** What runs now. Throws nothing. */
  activity(signal?: AbortSignal): Promise<Activity>;
  /**
   * What the agent's properties hold, e.g. `sys.os.name`; undefined where there is no such property. Which answer a missing one
   * gets is not documented: a server that refuses (`denied`) may mean that too.
   */
  property(agentId: string, name: string, signal?: AbortSignal): Promise<string | undefined>;
  settings(signal?: AbortSignal): Promise<SystemSettings>;
  /** The relays that Drydock's account may see: none may mean that it may see none. */
  relays(signal?: AbortSignal): Promise<readonly Relay[]>;
  /** The server's own version; undefined where its front page does not tell. */
  version(signal?: AbortSignal): Promise<string | undefined>;
  /** The server's own clock, in ms since 1970, exact to a second or two: the Date of one of its answers. Undefined where there is none. */
  serverTime(signal?: AbortSignal): Promise<number | undefined>;
  /** When the server's certificate ends, in ms since 1970; undefined if it is reached without TLS. */
  certificateEnds(): Promise<number | undefined>;
  usersByEmail(email: string, signal?: AbortSignal): Promise<readonly { readonly id: string; readonly name: string }[]>;
  user(idOrName: string, signal?: AbortSignal): Promise<ServerUser>;
  /** The user's own role mappings (undocumented call, up to 7.1). */
  roleMappings(user: string, signal?: AbortSignal): Promise<readonly RoleMapping[]>;
  /** Every team's role mappings of users and groups (documented call). */
  teamMappings(signal?: AbortSignal): Promise<readonly TeamMapping[]>;
  role(role: string, signal?: AbortSignal): Promise<ServerRole>;
  /** What a configured call tells of whoever asks; undefined where its answer does not have the field. */
  whoAmI(call: { readonly path: string; readonly field: string }, signal?: AbortSignal): Promise<string | undefined>;
  /** The server as the holder of this token sees it, over connections of its own. */
  as(token: Secret): PersonalAccess;
  close(): Promise<void>;
}

/** What is done with somebody's own token. */
export type PersonalAccess = Pick<UrbanCode, "info" | "trigger" | "user" | "whoAmI" | "close">;

/** What one read answers on a real server, compared with what Drydock expects. Neither names nor values. */
export interface ProbedCall {
  /** E.g. `GET /cli/agentCLI/info`. */
  readonly call: string;
  /** Undefined where there was no answer. */
  readonly status: number | undefined;
  readonly contentType: string;
  readonly bytes: number;
  readonly ms: number;
  /** How many entries, where it is a list. */
  readonly entries: number | undefined;
  /** In what it differs; none = as expected. */
  readonly differences: readonly string[];
  /** Fields that Drydock reads and this answer did not have; all of them are optional. */
  readonly absent: readonly string[];
  /** Fields that Drydock does not read, with their types. */
  readonly unread: readonly string[];
}

export interface TeamMapping extends RoleMapping {
  readonly userId: string | undefined;
  readonly groupId: string | undefined;
}
