import { compareVersions, isBehind, parseVersion } from "./version.ts";

/**
 * What Drydock knows of an agent, in the field's words.
 * Source: docs/urbancode-deploy.md, "Statuses".
 */
export const AGENT_STATUSES = [
  "online",
  "offline",
  "connecting",
  "connected",
  "error",
  "upgrade-recommended",
  "upgrade-required",
  "never-contacted",
  "gone",
  "unknown",
] as const;

/** `gone`: the server does not list the agent any more. `unknown`: a status that Drydock does not know; never treated as fine. */
export type AgentStatus = (typeof AGENT_STATUSES)[number];

export interface Agent {
  readonly id: string;
  readonly name: string;
  readonly status: AgentStatus;
  /** The status as the server writes it, where Drydock does not know it; empty = it wrote none. */
  readonly unknownStatus?: string;
  /** As the server writes it, e.g. `6.2.7.1.960390`; undefined where the server tells none. */
  readonly version: string | undefined;
  readonly active: boolean;
  /** Undefined where the server reports none for it. */
  readonly tags: readonly string[] | undefined;
  readonly relayId: string | undefined;
  /** How the server and the agent talk: `JMS` or `Web`; undefined where the server does not tell. */
  readonly communication?: string | undefined;
  /** When the server last heard of it, by the server's clock, in ms since 1970; undefined where it does not tell. */
  readonly lastContact?: number | undefined;
}

/** One of the agent's teams; without `roleId` the agent is there with the standard type. */
export interface AgentTeam {
  readonly teamId: string;
  readonly teamName: string;
  readonly roleId: string | undefined;
  readonly roleName?: string | undefined;
}

export interface AgentDetail extends Agent {
  readonly teams: readonly AgentTeam[];
  /** The rights of the caller (Drydock's own account), by permission name. */
  readonly callerRights: ReadonlyMap<string, boolean>;
  /** Where it works, as its host writes paths; undefined where the server does not tell. */
  readonly workingDirectory?: string | undefined;
}

export function needsUpgrade(status: AgentStatus): boolean {
  return status === "upgrade-required" || status === "upgrade-recommended";
}

/** Whether the server has the agent on the line: only then can it be asked to upgrade, or be said to have come back. */
export function isConnected(status: AgentStatus): boolean {
  return status === "online" || status === "connected" || needsUpgrade(status);
}

/** Whether the agent is of a newer release than its server; where one of the versions is not told it is not. */
export function isNewer(
  agent: { readonly version?: string | null | undefined },
  serverVersion: string | undefined,
): boolean {
  return isBehind(serverVersion, agent.version) === true;
}

const OLDEST = { text: "4.8.5", parts: [4, 8, 5] };
const SERVER = { text: "6.0", parts: [6, 0] };

/**
 * Whether an agent is so old that a server at this version lets it run no deployments until it is upgraded. Not known = no.
 * Source: docs/upgrade-guide.md.
 */
export function isTooOldToDeploy(
  version: string | null | undefined,
  serverVersion: string | null | undefined,
): boolean {
  const agent = parseVersion(version ?? "");
  const server = parseVersion(serverVersion ?? "");
  return (
    agent !== undefined &&
    server !== undefined &&
    compareVersions(agent, OLDEST) < 0 &&
    compareVersions(server, SERVER) >= 0
  );
}

/** Statuses as servers write them; null is an agent that was never in contact. Source: docs/urbancode-deploy.md, "Statuses". */
export const SPELLINGS: Readonly<Record<string, AgentStatus>> = {
  ONLINE: "online",
  OFFLINE: "offline",
  CONNECTING: "connecting",
  CONNECTED: "connected",
  ERROR: "error",
  UPGRADE_RECOMMND: "upgrade-recommended",
  UPGRADE_RECOMMENDED: "upgrade-recommended",
  UPGRADE_REQUIRED: "upgrade-required",
};

/** What a spelling that Drydock does not know can be said to mean. */
export const MEANINGS = AGENT_STATUSES.filter((status) => status !== "gone" && status !== "unknown");

/** How often a status occurs, as the server writes it; empty = it wrote none. */
export interface UnknownStatus {
  readonly status: string;
  readonly agents: number;
}

const MAX_LENGTH = 60;

/** A status of a server's, short. */
export function shortStatus(status: unknown): string {
  return typeof status === "string" ? status.slice(0, MAX_LENGTH) : "";
}

/** The statuses among these agents that Drydock does not know, most frequent first. */
export function unknownStatuses(agents: readonly Agent[]): readonly UnknownStatus[] {
  const counts = new Map<string, number>();
  for (const { status, unknownStatus = "" } of agents)
    if (status === "unknown") counts.set(unknownStatus, (counts.get(unknownStatus) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([status, n]) => ({ status, agents: n }));
}

/** `FOO 2`, `no status 1`, in the pieces that sentences are made of. */
export function unknownStatusPieces(
  statuses: readonly UnknownStatus[],
  most = 5,
): readonly (string | { readonly data: string })[] {
  const pieces = statuses
    .slice(0, most)
    .flatMap(({ status, agents }, i) => [
      ...(i === 0 ? [] : [", "]),
      status === "" ? "no status" : { data: status },
      ` ${agents.toLocaleString("en")}`,
    ]);
  return statuses.length > most ? [...pieces, ` and ${statuses.length - most} more`] : pieces;
}
