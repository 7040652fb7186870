import type { Agent } from "../core/agent.ts";
import type { Exclusion } from "../model/plan/plan.ts";
import type { Systems } from "../model/plan/unsupported-platforms.ts";
import type { Policy } from "../model/policy.ts";
import { situationWith } from "./agent-situation.ts";
import { firstBlockedAt, labelOf } from "./index.ts";

/** What decides whether an agent is left out of a plan. */
export interface ExclusionInput {
  readonly policy: Policy;
  readonly serverVersion: string | undefined;
  /** Agent id to the rollout that has it. */
  readonly claims: ReadonlyMap<string, string>;
  /** Permissions that the person lacks on an agent; an agent that is not here has not been checked yet. */
  readonly missingRights: ReadonlyMap<string, readonly string[]>;
  /** Whether those that are inactive are taken too. */
  readonly inactive?: boolean;
  /** What has been read of their operating systems. */
  readonly systems?: Systems;
}

/** Why the agent cannot be in the plan; undefined where it can. */
export function exclusionOf(agent: Agent, input: ExclusionInput): Omit<Exclusion, "agent"> | undefined {
  const { policy, serverVersion, claims, missingRights, systems } = input;
  const situation = situationWith({
    agent,
    now: 0,
    serverVersion,
    claim: claims.get(agent.id),
    lacks: missingRights.get(agent.id) ?? [],
    inactive: { wanted: input.inactive === true, refused: undefined },
    os: systems?.get(agent.id),
  });
  const first = firstBlockedAt("plan", "agent", situation, policy);
  return first && { reason: labelOf(first), cause: first.cause };
}

/** What is known of the person who asks, and of the hosts. */
type Person = Pick<ExclusionInput, "missingRights" | "systems">;

export type Exclusions = (agent: Agent, person: Person) => ReturnType<typeof exclusionOf>;

/** The same for many people: what the rules alone say of an agent is found once. */
export function createExclusions(rules: Omit<ExclusionInput, keyof Person>): Exclusions {
  const byRules = new Map<string, { readonly agent: Agent; readonly exclusion: ReturnType<typeof exclusionOf> }>();
  const nothing: Person = { missingRights: new Map() };
  return (agent, person) => {
    const lacks = person.missingRights.get(agent.id) ?? [];
    if (lacks.length > 0 || person.systems?.get(agent.id) !== undefined)
      return exclusionOf(agent, { ...rules, ...person });
    const before = byRules.get(agent.id);
    if (before?.agent === agent) return before.exclusion;
    const exclusion = exclusionOf(agent, { ...rules, ...nothing });
    byRules.set(agent.id, { agent, exclusion });
    return exclusion;
  };
}
