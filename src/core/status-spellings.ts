import { AGENT_STATUSES, type Agent, type AgentStatus } from "./agent.ts";

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
