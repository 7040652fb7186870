/**
 * What Drydock knows of an agent, in the field's words.
 * Source: docs/urbancode-deploy.md, "Statuses"; status-spellings.ts has how servers write them.
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
