import type { Policy } from "../../domain/policy.ts";
import { applyGuards } from "../../domain/rollouts/apply-guards.ts";
import { canariesOf, holdsRest } from "../../domain/rollouts/canaries.ts";
import { followsUp } from "../../domain/rollouts/retry.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import type { RolloutEvent } from "../../domain/rollouts/rollout-events.ts";
import type { Projections } from "../projections.ts";
import { newestAttempts, progressOf } from "./finish-completed-rollouts.ts";

/**
 * What the rollout's own course brings now, see domain/rollouts/apply-guards.
 * @param relayNames by id, for what people are told.
 */
export function guardEvents(
  projections: Projections,
  rollout: Rollout,
  policy: Policy,
  relayNames?: ReadonlyMap<string, string>,
): readonly RolloutEvent[] {
  if (rollout.status !== "running") return [];
  return applyGuards({
    rollout,
    policy,
    upgrades: newestAttempts(projections, rollout),
    retried: (upgrade) => followsUp(rollout, upgrade),
    left: progressOf(projections, rollout).waiting > 0,
    relayName: (relay) => relayNames?.get(relay) ?? relay,
  });
}

/** The only agents that may begin, while the rest waits for them; undefined where all may. */
export function onlyThese(projections: Projections, rollout: Rollout): ReadonlySet<string> | undefined {
  if (!holdsRest(rollout)) return undefined;
  const canaries = canariesOf(rollout, (id) => projections.attempts(rollout.id, id).at(-1));
  return new Set(canaries.map(({ id }) => id));
}

/** Whether the rollout's course lets this agent begin: asked once more just before the request, on the ledger as it is then. */
export function letsBegin(projections: Projections, rollout: Rollout, policy: Policy, agentId: string): boolean {
  const stops = guardEvents(projections, rollout, policy).some(({ type }) => type === "rollout.paused");
  return !stops && (onlyThese(projections, rollout)?.has(agentId) ?? true);
}
