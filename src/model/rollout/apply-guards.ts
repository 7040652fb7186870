import { type Cause, cause } from "../../core/cause.ts";
import type { Policy } from "../policy.ts";
import type { Upgrade } from "../upgrade/upgrade.ts";
import { tripOf } from "./breaker.ts";
import { canariesOf, holdsRest, isSettled, isStable } from "./canaries.ts";
import type { Rollout } from "./rollout.ts";
import type { RolloutEvent } from "./rollout-events.ts";

export interface Course {
  readonly rollout: Rollout;
  readonly policy: Policy;
  /** The newest attempt of each agent that has begun. */
  readonly upgrades: readonly Upgrade[];
  /** Whether another attempt of the agent follows anyway. */
  readonly retried: (upgrade: Upgrade) => boolean;
  /** Whether anything is left that could begin. */
  readonly left: boolean;
  /** What people call a relay; left out = its id has to do. */
  readonly relayName?: ((relay: string) => string) | undefined;
}

/** What a running rollout's own course brings: too many failures pause it, stable canaries let the rest begin, or wait for somebody. */
export function applyGuards(course: Course): readonly RolloutEvent[] {
  const { rollout, policy, left } = course;
  if (rollout.status !== "running" || !left) return [];
  const newest = new Map(course.upgrades.map((upgrade) => [upgrade.agent.id, upgrade]));
  const why =
    canaryFailure(course, newest) ?? tripOf({ ...course, limits: policy.breaker, countFrom: rollout.guards.countFrom });
  if (why !== undefined) return [pause("breaker", why)];
  if (!holdsRest(rollout)) return [];
  const canaries = canariesOf(rollout, (id) => newest.get(id));
  if (canaries.some(({ id }) => !isSettled(rollout, newest.get(id)))) return [];
  const passed: RolloutEvent = { type: "canary.passed", data: { canaries: canaries.length } };
  const stable = canaries.filter(({ id }) => isStable(newest.get(id))).length;
  // Whoever has just gone on in spite of a failed canary has looked already.
  const holds = (rollout.plan.options.hold === true || policy.canaryHold) && stable > 0;
  return holds ? [passed, pause("canary", cause("canaries-stable", { stable, canaries: canaries.length }))] : [passed];
}

/** One canary that was not upgraded is enough: finding that out is what it is for. */
function canaryFailure({ rollout, retried }: Course, newest: ReadonlyMap<string, Upgrade>): Cause | undefined {
  if (!holdsRest(rollout)) return undefined;
  for (const { id } of canariesOf(rollout, (agent) => newest.get(agent))) {
    const upgrade = newest.get(id);
    const outcome = upgrade?.outcome;
    if (!upgrade || !outcome || outcome.kind === "verified" || retried(upgrade)) continue;
    if (outcome.position > rollout.guards.countFrom) return cause("canary-failed", { outcome: outcome.kind });
  }
  return undefined;
}

function pause(kind: "breaker" | "canary", why: Cause): RolloutEvent {
  return { type: "rollout.paused", data: { by: "drydock", kind, causes: [why] } };
}
