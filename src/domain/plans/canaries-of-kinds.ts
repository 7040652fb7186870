import { isTooOldToDeploy } from "../guide/too-old.ts";
import type { Policy } from "../policy.ts";
import { canariesFirst } from "./canary.ts";
import { javaRisk, kindOf, MOST_KINDS, newJava } from "./java-risk.ts";
import type { PlannedAgent } from "./plan.ts";

/**
 * The agents with their canaries at the head: so many as are wanted, but one at least of each kind of which nobody knows whether its
 * Java will do, up to MOST_KINDS. Those that stand for a kind are marked.
 */
export function withCanaries(
  agents: readonly PlannedAgent[],
  given: { readonly wanted: number; readonly serverVersion: string | null; readonly policy: Policy },
): { readonly agents: readonly PlannedAgent[]; readonly canaries: number } {
  const { wanted, serverVersion, policy } = given;
  const risk = javaRisk(agents, serverVersion, policy);
  const kinds = new Set(risk?.kinds.slice(0, MOST_KINDS));
  const canaries = Math.max(wanted, kinds.size);
  const riskyKind = (agent: PlannedAgent) => {
    const risky = agent.java === undefined && newJava(agent, serverVersion, policy) !== undefined;
    return risky && kinds.has(kindOf(agent)) ? kindOf(agent) : undefined;
  };
  const ordered = canariesFirst(agents, canaries, {
    kindOf: riskyKind,
    urgent: (version) => isTooOldToDeploy(version, serverVersion),
  });
  if (kinds.size === 0) return { agents: ordered, canaries };
  const marked = ordered.map((agent, i) => {
    const kind = i < canaries ? riskyKind(agent) : undefined;
    return kind !== undefined && kinds.delete(kind) ? { ...agent, canaryFor: kind } : agent;
  });
  return { agents: marked, canaries };
}
