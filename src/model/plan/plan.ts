import type { AgentStatus } from "../../core/agent.ts";
import type { AgentRef } from "../../core/agent-ref.ts";
import type { Cause } from "../../core/cause.ts";

export interface PlannedAgent {
  readonly id: string;
  readonly name: string;
  readonly status: AgentStatus;
  readonly version: string | null;
  readonly relay?: string;
  readonly tags?: readonly string[];
  /** Its teams; left out where they were not read. */
  readonly teams?: readonly AgentRef[];
  /** The server has it as inactive, and it was asked for all the same. */
  readonly inactive?: true;
}

/** A relay that a rollout upgrades, with all agents that go dark meanwhile. */
export interface PlannedRelay {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** All agents behind it that the server lists, connected or not. */
  readonly agents: readonly AgentRef[];
  /** How many go dark: more than are listed where the server itself counts more. */
  readonly dark: number;
}

export interface PlanOptions {
  /** How many of the server's slots the rollout may use. */
  readonly slots: number;
  readonly reason: string | null;
  /** How many go first, while the rest waits for them; null = no canaries. */
  readonly canary?: number | null;
  /** Whether somebody has to continue the rollout once its canaries are stable. */
  readonly hold?: boolean;
  /** It shall start without approval; `reason` says why. */
  readonly emergency?: true;
  /** Agents that are offline when it starts are waited for; older ledgers have that only from `waiting`. */
  readonly includeOffline?: true;
}

export type ExclusionReason =
  | "no permission"
  | "never list"
  | "upgrades in its own way"
  | "in another rollout"
  | "newer than the server"
  | "inactive"
  | "offline"
  | "up to date"
  | "not known"
  | "cannot be recorded"
  | "over the limit";

export interface Exclusion {
  readonly agent: { readonly id: string; readonly name: string };
  readonly reason: ExclusionReason;
  readonly cause: Cause;
}

/** What a rollout would do, as data: it can be printed, agreed to, and then carried out. */
export interface Plan {
  readonly server: string;
  readonly serverVersion: string | null;
  readonly options: PlanOptions;
  /** In the order in which they will be asked to upgrade: the canaries are the first of them. */
  readonly agents: readonly PlannedAgent[];
  /** Agents that are offline: they are waited for, and upgraded when they come back and need it. */
  readonly waiting?: readonly PlannedAgent[];
  /** It has these relays upgraded, one after the other, and no agents. */
  readonly relays?: readonly PlannedRelay[];
  readonly excluded: readonly Exclusion[];
  /** Of what was agreed to: server, its version, options, policy and the agents with their names, versions and teams, those that are waited for apart. */
  readonly hash: string;
}

/** Everybody whom the plan may upgrade, now or when they come back. */
export function everyAgent({ agents, waiting = [] }: Pick<Plan, "agents" | "waiting">): readonly PlannedAgent[] {
  return waiting.length > 0 ? [...agents, ...waiting] : agents;
}

/** Agents that go dark, each for as long as its relay is away. */
export function darkOf({ relays = [] }: Pick<Plan, "relays">): number {
  return relays.reduce((sum, { dark }) => sum + dark, 0);
}

/** Agents behind a relay that were not when it was planned. */
export function newBehind<A extends AgentRef>(planned: PlannedRelay, agents: readonly A[]): readonly A[] {
  const known = new Set(planned.agents.map(({ id }) => id));
  return agents.filter(({ id }) => !known.has(id));
}

/** The hash stays: it is of what was agreed to. */
export function withoutWaiting(plan: Plan, gone: readonly AgentRef[]): Plan {
  const ids = new Set(gone.map(({ id }) => id));
  return { ...plan, waiting: (plan.waiting ?? []).filter(({ id }) => !ids.has(id)) };
}

/** The ids of what a plan has upgraded, agents or relays: these a rollout claims. */
export function unitIds(plan: Pick<Plan, "agents" | "waiting" | "relays">): readonly string[] {
  return [...everyAgent(plan), ...(plan.relays ?? [])].map(({ id }) => id);
}
