import { createHash } from "node:crypto";
import { type Agent, type AgentTeam, isTooOldToDeploy, needsUpgrade } from "../../core/agent.ts";
import type { AgentRef } from "../../core/agent-ref.ts";
import { cause } from "../../core/cause.ts";
import type { Policy } from "../policy.ts";
import { hashPolicy } from "../policy-hash.ts";
import { DEFAULT_LIMITS } from "../server/limits.ts";
import { canariesFirst } from "./canaries-first.ts";
import { orderAgents } from "./order.ts";
import type { Exclusion, Plan, PlannedAgent, PlanOptions } from "./plan.ts";

/** What a plan is made from. */
export interface PlanInput {
  readonly policy: Policy;
  readonly serverVersion: string | undefined;
  readonly options: PlanOptions;
  /** Those that are offline among them are waited for. */
  readonly agents: readonly Agent[];
  /** Why an agent cannot be in it; undefined where it can. */
  readonly exclusionOf: (agent: Agent) => Omit<Exclusion, "agent"> | undefined;
  readonly limit?: number | undefined;
  /** How long each agent's upgrade is expected to take, in ms. */
  readonly expected?: ((agent: Agent) => number) | undefined;
  /** How many agents of one relay may be in flight; left out = the default. */
  readonly perRelay?: number | undefined;
  /** Ids in the order of the plan that people saw: more may be known by now, and their canaries must not change. */
  readonly order?: ReadonlySet<string> | undefined;
  /** The agent's teams, where they have been read. */
  readonly teamsOf?: ((agent: Agent) => readonly AgentTeam[] | undefined) | undefined;
}

/** Chooses among the agents that were selected; all of them end up in the plan or among the excluded. */
export function makePlan(input: PlanInput): Plan {
  const excluded: Exclusion[] = [];
  const allowed: Agent[] = [];
  for (const agent of input.agents) {
    if (!needsUpgrade(agent.status) && agent.status !== "offline") continue;
    const exclusion = input.exclusionOf(agent);
    if (exclusion) excluded.push({ agent: { id: agent.id, name: agent.name }, ...exclusion });
    else allowed.push(agent);
  }
  const teamsOf = input.teamsOf ?? (() => undefined);
  const teamOf = input.teamsOf && ((agent: Agent) => teamsOf(agent)?.[0]?.teamId ?? "");
  const capacity = { slots: input.options.slots, perRelay: input.perRelay ?? DEFAULT_LIMITS.perRelay };
  const inOrder = input.order ? asSeen(allowed, input.order) : orderAgents(allowed, input.expected, teamOf, capacity);
  const offline = ({ status }: Agent) => status === "offline";
  const ordered = [...inOrder.filter((agent) => !offline(agent)), ...inOrder.filter(offline)];
  const limit = input.limit ?? ordered.length;
  for (const agent of ordered.slice(limit)) {
    excluded.push({
      agent: { id: agent.id, name: agent.name },
      reason: "over the limit",
      cause: cause("over-limit", { limit }),
    });
  }
  const chosen = ordered.slice(0, limit);
  const online = chosen.filter((agent) => !offline(agent)).map((agent) => toPlanned(agent, teamsOf(agent)));
  const serverVersion = input.serverVersion ?? null;
  const { policy, options } = input;
  const isUrgent = (version: string) => isTooOldToDeploy(version, serverVersion);
  const agents = options.canary ? canariesFirst(online, options.canary, isUrgent) : online;
  const waiting = chosen.filter(offline).map((agent) => toPlanned(agent, teamsOf(agent)));
  const plan = { server: policy.server, serverVersion, options, agents, excluded, hash: "" };
  return narrowPlan(plan, policy, agents, waiting);
}

function asSeen(agents: readonly Agent[], order: ReadonlySet<string>): readonly Agent[] {
  const places = new Map([...order].map((id, place) => [id, place]));
  return agents.toSorted((a, b) => (places.get(a.id) ?? order.size) - (places.get(b.id) ?? order.size));
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

/** Neither the order nor the exclusions count: they may change without anything wider being agreed to. */
function hashPlan(policy: Policy, plan: Omit<Plan, "hash">): string {
  const { serverVersion, options, agents, waiting = [] } = plan;
  const sorted = (some: readonly PlannedAgent[]) =>
    some
      .map(({ id, name, version, teams }) => [id, version, name, teams?.map((team) => team.id).sort()] as const)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const { slots, reason, canary, hold, emergency, includeOffline } = options;
  const more = [...(emergency ? ["emergency"] : []), ...(includeOffline ? ["include-offline"] : [])];
  const said = [slots, reason, canary ?? null, hold ?? false, ...more];
  const chosen = [sorted(agents), sorted(waiting), ...relaysForHash(plan)];
  const agreed = [policy.server, serverVersion, said, hashPolicy(policy), ...chosen];
  return createHash("sha256").update(JSON.stringify(agreed)).digest("hex");
}

/** Nothing where a plan has no relays, so that other plans keep their hash. */
function relaysForHash({ relays }: Pick<Plan, "relays">): readonly unknown[] {
  if (!relays) return [];
  const sorted = [...relays].sort((a, b) => (a.id < b.id ? -1 : 1));
  return [sorted.map(({ id, version, dark, agents }) => [id, version, dark, agents.map((agent) => agent.id).sort()])];
}

function toPlanned(agent: Agent, teams: readonly AgentTeam[] | undefined): PlannedAgent {
  return {
    id: agent.id,
    name: agent.name,
    status: agent.status,
    version: agent.version ?? null,
    ...(agent.relayId ? { relay: agent.relayId } : {}),
    ...(agent.tags && agent.tags.length > 0 ? { tags: agent.tags } : {}),
    ...(teams ? { teams: teamRefs(teams) } : {}),
    ...(agent.active ? {} : { inactive: true as const }),
  };
}

/**
 * The plan without what another rollout has.
 * @param held id to rollout.
 */
export function freeOf(plan: Plan, policy: Policy, held: ReadonlyMap<string, string>): Plan {
  const free = <U extends { readonly id: string }>(some: readonly U[] = []) => some.filter(({ id }) => !held.has(id));
  const relays = plan.relays ? { relays: free(plan.relays) } : {};
  return narrowPlan({ ...plan, ...relays }, policy, free(plan.agents), free(plan.waiting));
}

/** An agent may be on one team in several ways. */
export function teamRefs(teams: readonly AgentTeam[]): readonly AgentRef[] {
  return [...new Map(teams.map(({ teamId, teamName }) => [teamId, { id: teamId, name: teamName }])).values()];
}
