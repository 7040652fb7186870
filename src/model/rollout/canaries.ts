import type { PlannedAgent } from "../plan/plan.ts";
import type { Upgrade } from "../upgrade/upgrade.ts";
import { followsUp } from "./retry.ts";
import type { Rollout } from "./rollout.ts";

/**
 * The rollout's canaries: the first of its plan, so many as it names. One that was skipped, or upgraded by somebody else,
 * proves nothing, so the next agent of the plan takes its place.
 * @param newest the newest attempt of an agent; undefined where it has not begun.
 */
export function canariesOf(
  { plan }: Rollout,
  newest: (agentId: string) => Upgrade | undefined,
): readonly PlannedAgent[] {
  const wanted = plan.options.canary ?? 0;
  const wasSkipped = ({ id }: PlannedAgent) => ["skipped", "elsewhere"].includes(newest(id)?.outcome?.kind ?? "");
  const canaries: PlannedAgent[] = [];
  for (const agent of plan.agents) {
    if (canaries.length >= wanted) break;
    if (!wasSkipped(agent)) canaries.push(agent);
  }
  return canaries;
}

/** Proven, and watched for long enough afterwards. */
export function isStable(upgrade: Upgrade | undefined): boolean {
  return upgrade?.outcome?.kind === "verified" && upgrade.closed;
}

/** Whether the canary is done with: it is stable, or a person resumed although it was not upgraded. What is tried again is not. */
function isSettled(rollout: Rollout, upgrade: Upgrade | undefined): boolean {
  if (isStable(upgrade)) return true;
  if (!upgrade?.outcome || upgrade.outcome.kind === "verified" || followsUp(rollout, upgrade)) return false;
  return upgrade.outcome.position <= rollout.guards.countFrom;
}

/** How many canaries are stable, once all of them are done with and the rest still waits; undefined before and after. */
export function canariesDone(
  rollout: Rollout,
  upgrades: readonly Upgrade[],
): { readonly stable: number; readonly canaries: number } | undefined {
  if (!holdsRest(rollout)) return undefined;
  const newest = new Map(upgrades.map((upgrade) => [upgrade.agent.id, upgrade]));
  const canaries = canariesOf(rollout, (id) => newest.get(id));
  if (canaries.some(({ id }) => !isSettled(rollout, newest.get(id)))) return undefined;
  return { stable: canaries.filter(({ id }) => isStable(newest.get(id))).length, canaries: canaries.length };
}

/** Whether only canaries may begin: the rest waits until they are done with. */
export function holdsRest({ plan, guards }: Rollout): boolean {
  return (plan.options.canary ?? 0) > 0 && !guards.canariesPassed;
}
