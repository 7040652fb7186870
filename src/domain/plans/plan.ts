import { createHash } from "node:crypto";
import type { Agent, AgentStatus } from "../agent.ts";
import { needsUpgrade } from "../agent.ts";
import { neverRuleFor, type Policy } from "../policy.ts";
import { type PlannedRelay, relaysForHash, relayWidening } from "../relays/relay-plan.ts";
import { compareReleases, parseVersion } from "../version.ts";
import { withCanaries } from "./canaries-of-kinds.ts";
import { type Hosts, hostExclusion } from "./host.ts";
import { orderAgents } from "./order.ts";

export interface PlannedAgent {
  readonly id: string;
  readonly name: string;
  readonly status: AgentStatus;
  readonly version: string | null;
  readonly relay?: string;
  readonly tags?: readonly string[];
  /** Its operating system, where its properties were read and tell. */
  readonly os?: string;
  /** The Java that it runs on, where that was read and tells. */
  readonly java?: number;
  /** The kind of agents that this canary stands for, where the rollout has to have one of each. */
  readonly canaryFor?: string;
  /** The server has it as inactive, and it was asked for all the same. */
  readonly inactive?: true;
}

export type ExclusionReason =
  | "no permission"
  | "never list"
  | "upgrades in its own way"
  | "Java too old"
  | "in another rollout"
  | "newer than the server"
  | "inactive"
  | "offline"
  | "up to date"
  | "not known"
  | "last of its pool"
  | "over the limit";

export interface Exclusion {
  readonly agent: { readonly id: string; readonly name: string };
  readonly reason: ExclusionReason;
  /** What a person is told about this one. */
  readonly sentence: string;
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
  /** Agents that are the last of their pool are upgraded too. */
  readonly includeLast?: true;
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
  /** What has been read of their hosts. */
  readonly hosts?: Hosts;
  readonly limit?: number | undefined;
  /** The pool of which an agent is the only one; left out = that is no reason. */
  readonly onlyOf?: ((agent: Agent) => string | undefined) | undefined;
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
  const planned = (agent: Agent) => toPlanned(agent, input.hosts);
  const online = chosen.filter((agent) => !offline(agent)).map(planned);
  const serverVersion = input.serverVersion ?? null;
  const { policy } = input;
  const { agents, canaries } = withCanaries(online, { wanted: input.options.canary ?? 0, serverVersion, policy });
  const options = canaries > 0 ? { ...input.options, canary: canaries } : input.options;
  const waiting = chosen.filter(offline).map(planned);
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

/** A sentence where a plan means more, or something else, than the one that was agreed to; undefined where it means that or less. */
export function widening(before: Plan, now: Plan): string | undefined {
  if (before.serverVersion !== now.serverVersion)
    return `The server was at ${before.serverVersion ?? "an unknown version"} when this plan was made and is at ${now.serverVersion ?? "an unknown version"} now.`;
  const versions = new Map(everyAgent(before).map((agent) => [agent.id, agent.version]));
  const relays = relayWidening(before, now);
  if (relays !== undefined) return relays;
  const added = everyAgent(now).filter((agent) => !versions.has(agent.id)).length;
  if (added > 0) return `${added} agents were not in the plan when it was made.`;
  const changed = everyAgent(now).filter((agent) => versions.get(agent.id) !== agent.version);
  if (changed.length > 0)
    return `${changed.length} of the agents have another version now than when this plan was made.`;
  const { options } = now;
  const same = options.reason === before.options.reason && (options.canary ?? 0) >= (before.options.canary ?? 0);
  const held = options.hold === true || before.options.hold !== true;
  const emergency = options.emergency === before.options.emergency;
  const last = options.includeLast !== true || before.options.includeLast === true;
  return same && held && emergency && last && options.slots <= before.options.slots
    ? undefined
    : "Its options are others than when it was made.";
}

/** What differs, agent by agent: `web-2 6.2.7.1.5, now 6.2.7.2.1`. Names come from the server. */
export function changedAgents(before: Plan, now: Plan): readonly string[] {
  const versions = new Map(everyAgent(before).map((agent) => [agent.id, agent.version]));
  return everyAgent(now)
    .filter((agent) => versions.get(agent.id) !== agent.version)
    .map(({ id, name, version }) => `${name} ${versions.get(id) ?? "(new)"}, now ${version ?? "unknown"}`);
}

/** Why the agent cannot be in the plan; undefined where it can. */
export function exclusionOf(
  agent: Agent,
  input: Pick<PlanInput, "policy" | "serverVersion" | "claims" | "missingRights" | "hosts" | "inactive" | "onlyOf">,
): Omit<Exclusion, "agent"> | undefined {
  // Rights come first: somebody who may not see an agent is not told that it is on a list or in a rollout either.
  const missing = input.missingRights.get(agent.id) ?? [];
  if (missing.length > 0) return { reason: "no permission", sentence: `you lack ${missing.join(", ")} on it` };
  const never = neverRuleFor(input.policy, agent);
  if (never) return { reason: "never list", sentence: `on the never list: ${never.reason}` };
  const claim = input.claims.get(agent.id);
  if (claim) return { reason: "in another rollout", sentence: `${claim} has it` };
  if (!agent.active && !input.inactive) return { reason: "inactive", sentence: "the server has it as inactive" };
  if (isNewer(agent, input.serverVersion)) {
    return {
      reason: "newer than the server",
      sentence: `its version ${agent.version} is newer than the server's ${input.serverVersion}: upgrade the server first`,
    };
  }
  const pool = input.onlyOf?.(agent);
  if (pool !== undefined) {
    return {
      reason: "last of its pool",
      sentence: `the only agent of pool ${pool}: nobody could use that meanwhile; --include-last upgrades it all the same`,
    };
  }
  return hostExclusion(agent, input.hosts?.get(agent.id), input);
}

/** Whether the agent is of a newer release than its server; where one of the versions is not told it is not. */
export function isNewer(agent: Pick<Agent, "version">, serverVersion: string | undefined): boolean {
  const mine = parseVersion(agent.version ?? "");
  const theirs = parseVersion(serverVersion ?? "");
  if (!mine || !theirs) return false;
  return compareReleases(mine, theirs) > 0;
}

function toPlanned(agent: Agent, hosts: Hosts | undefined): PlannedAgent {
  const { os, java } = hosts?.get(agent.id) ?? {};
  return {
    id: agent.id,
    name: agent.name,
    status: agent.status,
    version: agent.version ?? null,
    ...(agent.relayId ? { relay: agent.relayId } : {}),
    ...(agent.tags && agent.tags.length > 0 ? { tags: agent.tags } : {}),
    ...(os === undefined ? {} : { os }),
    ...(java === undefined ? {} : { java }),
    ...(agent.active ? {} : { inactive: true as const }),
  };
}

/** Neither the order nor the exclusions count: they may change without anything wider being agreed to. */
function hashPlan(policy: Policy, plan: Omit<Plan, "hash">): string {
  const { serverVersion, options, agents, waiting = [] } = plan;
  const sorted = (some: readonly PlannedAgent[]) =>
    some.map(({ id, version }) => [id, version] as const).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const { slots, reason, canary, hold, emergency, includeLast } = options;
  const words = [...(emergency ? ["emergency"] : []), ...(includeLast ? ["include-last"] : [])];
  const said = [slots, reason, canary ?? null, hold ?? false, ...words];
  const chosen = [sorted(agents), sorted(waiting), ...relaysForHash(plan)];
  const agreed = [policy.server, serverVersion, said, hashPolicy(policy), ...chosen];
  return createHash("sha256").update(JSON.stringify(agreed)).digest("hex");
}

/** Two policies have the same hash only if every rule in them is the same. */
export function hashPolicy(policy: Policy): string {
  return createHash("sha256")
    .update(JSON.stringify(sortKeys(policy)))
    .digest("hex");
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sortKeys(inner)]);
}
