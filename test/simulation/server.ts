import type { AgentDetail, AgentStatus } from "../../src/core/agent.ts";
import { serverTrouble } from "../../src/core/server-trouble.ts";
import { type Activity, ServerError, type TriggerResult, type UrbanCode } from "../../src/model/deploy-server.ts";
import { SYSTEM_TEAM_ID } from "../../src/model/rights.ts";
import { relayOf } from "../support/relays.ts";

export const OLD = "6.2.7.1.1";
/** The versions of agents that need an upgrade. */
export const OLD_VERSIONS: readonly string[] = [OLD, "7.0.5.0.1", "7.1.2.9.1"];
export const RIGHTS = ["View Agents", "Edit Basic Settings", "Upgrade Agents"];

/** What goes wrong with an agent's next upgrade. */
export type SimFault = "none" | "refused" | "never-offline" | "never-back" | "back-old" | "reply-lost" | "quick";

/** Some that are not the API's, and some that say that it was not taken, or leave that open. */
export const SIM_PUT_ANSWERS = [
  "none",
  "not-the-api",
  "answered-408",
  "answered-409",
  "too-early",
  "too-many",
] as const;
export type SimPutAnswer = (typeof SIM_PUT_ANSWERS)[number];

const LOGIN_REFUSED = serverTrouble("login-refused", "prod", { status: 401, reason: "DRYDOCK_PROD_TOKEN" });
const PAGE = '200, text/html: "<html>"';
const REFUSED = serverTrouble("no-answer", "prod", { call: "upgrade of an agent", reason: "ECONNREFUSED" });

export interface SimAgent {
  readonly id: string;
  readonly relayId: string;
  fault: SimFault;
  version: string;
  /** The upgrade that is under way or was the last, of whoever started it. */
  life:
    | { readonly by: "ours" | "elsewhere"; readonly at: number; readonly delay: number; readonly away: number }
    | undefined;
}

/** A server of which the simulation knows everything. Times are virtual ms. */
export interface SimServer {
  readonly agents: ReadonlyMap<string, SimAgent>;
  readonly urbancode: UrbanCode;
  version: string;
  /** What every call answers with meanwhile. */
  trouble: "none" | "unreachable" | "failing" | "not-the-api" | "login-refused";
  /** What requests for an upgrade get in place of the server's own answer. */
  puts: SimPutAnswer;
  relayDown: boolean;
  /** Its relays besides r1, by id. */
  readonly relays: Map<string, { readonly up: boolean; readonly version: string }>;
  /** Agents that it has no more, each with the id under which its host has registered it anew, if it has. */
  readonly removed: Map<string, string | undefined>;
  /** The agent of which it tells nothing when it is asked for it alone. */
  silent: string | undefined;
  /** Agents on which a deployment runs, and since when. */
  readonly deployments: Map<string, number>;
  /** Whether it is in maintenance mode. */
  maintenance: boolean;
  /** How it reports deployments. */
  reports: "named" | "unnamed" | "not-reported" | "failing";
  /** What somebody has made of agents: other names, versions, teams, or none at all in it. */
  readonly made: Map<string, Partial<AgentDetail>>;
  /** The names of users that are locked. */
  readonly locked: Set<string>;
  /** The only team on which a user has the role, in place of all. */
  readonly onTeam: Map<string, string>;
  /** Users who have no role any more. */
  readonly powerless: Set<string>;
  /** Whether Drydock's account may not read how many agents are in each status. */
  countsHidden: boolean;
  /** Whether it tells of no user who that is. */
  usersHidden: boolean;
  /** Whether it tells of no role what it may do. */
  rightsHidden: boolean;
  inFlight(by: "ours" | "elsewhere"): readonly SimAgent[];
  statusOf(agent: SimAgent): AgentStatus;
  upgradeElsewhere(count: number): void;
}

export interface SimHooks {
  readonly now: () => number;
  readonly fraction: () => number;
  /** Before a request for an upgrade has any effect. */
  readonly onPut: (agent: SimAgent) => void;
  /**
   * The watch, which alone can end its reads, reads the list, or how many agents are in each status: then only those that are offline
   * are told. Plans read it for themselves.
   */
  readonly onList: (seen: ReadonlyMap<string, AgentStatus>, how: "named" | "counted") => void;
}

/** How long a lost agent counts as in flight; less than a zombie keeps its slot. */
const GIVE_UP = 200_000;

export function createSimServer(agents: readonly SimAgent[], { now, fraction, onPut, onList }: SimHooks): SimServer {
  const all = new Map(agents.map((agent) => [agent.id, agent]));
  const server: SimServer = {
    agents: all,
    version: "7.2.0.0.1",
    trouble: "none",
    puts: "none",
    relayDown: false,
    relays: new Map(),
    removed: new Map(),
    silent: undefined,
    deployments: new Map(),
    maintenance: false,
    reports: "named",
    made: new Map(),
    locked: new Set(),
    onTeam: new Map(),
    powerless: new Set(),
    countsHidden: false,
    usersHidden: false,
    rightsHidden: false,
    inFlight: (by) => agents.filter((agent) => agent.life?.by === by && phaseOf(agent) !== "over"),
    statusOf: shown,
    upgradeElsewhere(count) {
      const free = agents.filter((agent) => shown(agent) === "upgrade-required" && agent.fault !== "refused");
      for (const agent of free.filter((candidate) => phaseOf(candidate) === "over").slice(-count))
        begin(agent, "elsewhere");
    },
    urbancode: {
      name: "prod",
      nameless: () => 0,
      list: (signal) => answer(() => list(signal && "named")),
      listInactive: () => answer(() => []),
      info: (id) =>
        answer(() => {
          if (server.silent === id) throw new ServerError("failing", "prod answered 500", 500);
          return detailOf(id);
        }),
      trigger: (id) => Promise.resolve(put(id)),
      statuses: () => answer(countStatuses),
      activity: () => answer(activity).catch(asTrouble),
      property: () => answer(() => undefined),
      settings: () => answer(() => ({ maintenance: server.maintenance, inactiveLinks: undefined })),
      relays: () =>
        answer(() => [
          relayOf("r1", { up: !server.relayDown }),
          ...[...server.relays].map(([id, shownAs]) => relayOf(id, shownAs)),
        ]),
      testConnection: () => answer(() => ""),
      whoAmI: () => answer(() => undefined),
      as: () => {
        throw new Error("Nobody has a token of their own here.");
      },
      version: () => answer(() => server.version),
      serverTime: () => answer(() => now()),
      certificateEnds: () => answer(() => undefined),
      usersByEmail: () => answer(() => []),
      user: (name) =>
        answer(() => {
          if (server.usersHidden) throw new ServerError("denied", "prod answered 403", 403);
          const active = !server.locked.has(name.replace(/^id-/, ""));
          return { id: `id-${name.replace(/^id-/, "")}`, name, email: undefined, active, groups: [] };
        }),
      roleMappings: (user) =>
        answer(() =>
          server.powerless.has(user.replace(/^id-/, ""))
            ? []
            : [{ teamId: server.onTeam.get(user.replace(/^id-/, "")) ?? SYSTEM_TEAM_ID, roleId: "role" }],
        ),
      teamMappings: () => answer(() => []),
      role: () =>
        answer(() => {
          if (server.rightsHidden) throw new ServerError("failing", "prod answered 503", 503);
          return { id: "role", name: "role", actions: RIGHTS.map((name) => ({ name, agentTypeId: undefined })) };
        }),
      close: async () => {},
    },
  };

  function begin(agent: SimAgent, by: "ours" | "elsewhere"): void {
    const delay = 1_000 + fraction() * 25_000;
    agent.life = { by, at: now(), delay, away: 10_000 + fraction() * 60_000 };
  }

  function phaseOf({ life, fault }: SimAgent): "asked" | "away" | "over" {
    if (!life) return "over";
    const since = now() - life.at - life.delay;
    if (since < 0) return "asked";
    if (fault === "never-offline" || fault === "quick") return "over";
    if (fault === "never-back") return since < GIVE_UP ? "away" : "over";
    return since < life.away ? "away" : "over";
  }

  function shown(agent: SimAgent): AgentStatus {
    const phase = phaseOf(agent);
    const hidden = agent.relayId === "r1" ? server.relayDown : server.relays.get(agent.relayId)?.up === false;
    if (phase === "away" || hidden || (agent.life && agent.fault === "never-back" && phase === "over"))
      return "offline";
    const done = agent.life && phase === "over" && agent.fault !== "never-offline" && agent.fault !== "back-old";
    if (done) agent.version = server.version;
    return OLD_VERSIONS.includes(agent.version) ? "upgrade-required" : "online";
  }

  function detailOf(id: string): AgentDetail {
    const agent = all.get(id);
    if (!agent || server.removed.has(id)) throw new ServerError("not-found", `no agent ${id}`, 404);
    return {
      id,
      name: id,
      status: shown(agent),
      version: agent.version,
      active: true,
      tags: [],
      relayId: agent.relayId,
      teams: [],
      callerRights: new Map(RIGHTS.map((right) => [right, true])),
      ...server.made.get(id),
    };
  }

  function list(how: "named" | undefined) {
    const seen = agents.filter(({ id }) => !server.removed.has(id)).map(({ id }) => detailOf(id));
    for (const [name, id] of server.removed) {
      const agent = agents.find((other) => !server.removed.has(other.id));
      if (id !== undefined && agent)
        seen.push({ ...detailOf(agent.id), id, name, status: "online", version: server.version });
    }
    if (how) onList(new Map(seen.map(({ id, status }) => [id, status])), how);
    return seen;
  }

  function countStatuses(): ReadonlyMap<AgentStatus, number> {
    if (server.countsHidden) throw new ServerError("denied", "prod answered 400", 400);
    // Read every few seconds, so it keeps nothing of the thousands of agents that are there.
    const counts = new Map<AgentStatus, number>();
    const offline = new Map<string, AgentStatus>();
    const add = (status: AgentStatus) => counts.set(status, (counts.get(status) ?? 0) + 1);
    for (const agent of agents) {
      if (server.removed.has(agent.id)) continue;
      const own = shown(agent);
      const status = server.made.get(agent.id)?.status ?? own;
      add(status);
      if (status === "offline") offline.set(agent.id, status);
    }
    if (counts.size > 0) for (const id of server.removed.values()) if (id !== undefined) add("online");
    onList(offline, "counted");
    return counts;
  }

  async function answer<T>(read: () => T): Promise<T> {
    if (server.trouble === "unreachable") throw new ServerError("unreachable", "prod gave no answer");
    if (server.trouble === "failing") throw new ServerError("failing", "prod answered 503", 503);
    if (server.trouble === "not-the-api")
      throw new ServerError("not-the-api", serverTrouble("not-the-api", "prod", { call: "list", text: PAGE }), 200);
    if (server.trouble === "login-refused") throw new ServerError("login-refused", LOGIN_REFUSED, 401);
    return read();
  }

  function activity(): Activity {
    if (server.reports === "failing") throw new ServerError("failing", "prod answered 500", 500);
    if (server.reports === "not-reported") return { kind: "not-reported" };
    const ids = [...server.deployments.keys()];
    const isNamed = server.reports === "named";
    const running = ids.length;
    return { kind: "known", running, agents: isNamed ? ids : [], unnamed: isNamed ? 0 : running, form: "cli" };
  }

  function put(id: string): TriggerResult {
    const agent = all.get(id);
    if (!agent) return { kind: "refused", status: 404, text: "no such agent" };
    onPut(agent);
    if (server.trouble === "unreachable") return { kind: "unsent", trouble: REFUSED };
    if (server.trouble === "failing") return { kind: "uncertain", text: "503", status: 503 };
    if (server.trouble === "login-refused")
      return { kind: "postponed", status: 401, text: "401", wait: 15_000, trouble: LOGIN_REFUSED };
    if (server.trouble === "not-the-api") return { kind: "uncertain", text: PAGE, code: "not-the-api" };
    if (server.puts === "too-early" || server.puts === "too-many")
      return {
        kind: "postponed",
        status: server.puts === "too-early" ? 425 : 429,
        text: "later",
        wait: fraction() * 60_000,
      };
    if (server.puts !== "none") {
      const refused = agent.fault === "refused" || shown(agent) === "offline";
      if (!refused && phaseOf(agent) === "over" && fraction() < 0.5) begin(agent, "ours");
      return { kind: "uncertain", text: server.puts === "not-the-api" ? PAGE : server.puts, code: server.puts };
    }
    if (agent.fault === "refused" || shown(agent) === "offline")
      return { kind: "refused", status: 400, text: "400 no permission" };
    if (phaseOf(agent) === "over") begin(agent, "ours");
    if (agent.fault === "reply-lost") return { kind: "uncertain", text: "the connection was lost" };
    return { kind: "accepted", status: 200 };
  }

  return server;
}

function asTrouble(error: unknown): Activity {
  if (error instanceof ServerError) return { kind: "trouble", error };
  throw error;
}
