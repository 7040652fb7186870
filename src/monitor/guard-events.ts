import type { Policy } from "../model/policy.ts";
import { applyGuards } from "../model/rollout/apply-guards.ts";
import { canariesOf, holdsRest } from "../model/rollout/canaries.ts";
import { followsUp } from "../model/rollout/retry.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { RolloutEvent } from "../model/rollout/rollout-events.ts";
import type { Projections } from "../projections/projections.ts";
import { newestAttempts, progressOf } from "../projections/rollout-progress.ts";

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

/** Tells of an agent whether only canaries of the rollout may begin, and it is none. */
export function waitsForCanaries(projections: Projections, rollout: Rollout): (agentId: string) => boolean {
  if (!holdsRest(rollout)) return () => false;
  const canaries = canariesOf(rollout, (id) => projections.attempts(rollout.id, id).at(-1));
  const ids = new Set(canaries.map(({ id }) => id));
  return (agentId) => !ids.has(agentId);
}

/** Whether the rollout's own course does not pause it: asked once more just before the request, on the ledger as it is then. */
export function staysRunning(projections: Projections, rollout: Rollout, policy: Policy): boolean {
  return !guardEvents(projections, rollout, policy).some(({ type }) => type === "rollout.paused");
}
