import type { Agent, AgentStatus } from "../agent.ts";
import { needsUpgrade } from "../agent.ts";
import { isTooOldToDeploy } from "../guide/too-old.ts";
import type { Policy } from "../policy.ts";
import type { PlannedRelay } from "../relays/relay-plan.ts";
import { canariesFirst } from "./canary.ts";
import { type Exclusion, exclusionOf } from "./exclusion.ts";
import { orderAgents } from "./order.ts";
import type { Systems } from "./own-way.ts";
import { hashPlan } from "./plan-hash.ts";

export interface PlannedAgent {
  readonly id: string;
  readonly name: string;
  readonly status: AgentStatus;
  readonly version: string | null;
  readonly relay?: string;
  readonly tags?: readonly string[];
  /** The server has it as inactive, and it was asked for all the same. */
  readonly inactive?: true;
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
  /** Of what was agreed to: server, its version, options, policy and the agents with their versions, those that are waited for apart. */
  readonly hash: string;
}

/** Everybody whom the plan may upgrade, now or when they come back. */
export function everyAgent({ agents, waiting = [] }: Pick<Plan, "agents" | "waiting">): readonly PlannedAgent[] {
  return waiting.length > 0 ? [...agents, ...waiting] : agents;
}

export interface PlanInput {
  readonly policy: Policy;
  readonly serverVersion: string | undefined;
  readonly options: PlanOptions;
  /** Those that are offline among them are waited for. */
  readonly agents: readonly Agent[];
  /** Agent id to the rollout that has it. */
  readonly claims: ReadonlyMap<string, string>;
  /** Permissions that the person lacks on an agent; an agent that is not here has not been checked yet. */
  readonly missingRights: ReadonlyMap<string, readonly string[]>;
  /** Whether those that are inactive are taken too. */
  readonly inactive?: boolean;
  /** What has been read of their operating systems. */
  readonly systems?: Systems;
  readonly limit?: number | undefined;
  /** How long each agent's upgrade is expected to take, in ms. */
  readonly expected?: ((agent: Agent) => number) | undefined;
  /** The agent's first team, where it has been read. */
  readonly teamOf?: ((agent: Agent) => string) | undefined;
}

/** Chooses among the agents that were selected; all of them end up in the plan or among the excluded. */
export function makePlan(input: PlanInput): Plan {
  const excluded: Exclusion[] = [];
  const allowed: Agent[] = [];
  for (const agent of input.agents) {
    if (!needsUpgrade(agent.status) && agent.status !== "offline") continue;
    const exclusion = exclusionOf(agent, input);
    if (exclusion) excluded.push({ agent: { id: agent.id, name: agent.name }, ...exclusion });
    else allowed.push(agent);
  }
  const inOrder = orderAgents(allowed, input.expected, input.teamOf);
  const offline = ({ status }: Agent) => status === "offline";
  const ordered = [...inOrder.filter((agent) => !offline(agent)), ...inOrder.filter(offline)];
  const limit = input.limit ?? ordered.length;
  for (const agent of ordered.slice(limit)) {
    excluded.push({
      agent: { id: agent.id, name: agent.name },
      reason: "over the limit",
      sentence: `only ${limit} were asked for`,
    });
  }
  const chosen = ordered.slice(0, limit);
  const online = chosen.filter((agent) => !offline(agent)).map(toPlanned);
  const serverVersion = input.serverVersion ?? null;
  const { policy, options } = input;
  const agents = canariesFirst(online, options.canary ?? 0, (version) => isTooOldToDeploy(version, serverVersion));
  const waiting = chosen.filter(offline).map(toPlanned);
  const plan = { server: policy.server, serverVersion, options, agents, excluded, hash: "" };
  return narrowPlan(plan, policy, agents, waiting);
}

/** The same plan with fewer agents: what is left of it when the fleet has shrunk. */
export function narrowPlan(
  plan: Plan,
  policy: Policy,
  agents: readonly PlannedAgent[],
  waiting: readonly PlannedAgent[] = plan.waiting ?? [],
): Plan {
  const { waiting: _before, ...rest } = plan;
  const next = { ...rest, agents, ...(waiting.length > 0 ? { waiting } : {}) };
  return { ...next, hash: hashPlan(policy, next) };
}

function toPlanned(agent: Agent): PlannedAgent {
  return {
    id: agent.id,
    name: agent.name,
    status: agent.status,
    version: agent.version ?? null,
    ...(agent.relayId ? { relay: agent.relayId } : {}),
    ...(agent.tags && agent.tags.length > 0 ? { tags: agent.tags } : {}),
    ...(agent.active ? {} : { inactive: true as const }),
  };
}
