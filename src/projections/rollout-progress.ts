import { everyAgent } from "../model/plan/plan.ts";
import { relayProgress } from "../model/relay/relay-progress.ts";
import type { Course } from "../model/rollout/course.ts";
import { foldProgress, type Progress } from "../model/rollout/progress.ts";
import { followsUp } from "../model/rollout/retry.ts";
import { isOver, type Rollout } from "../model/rollout/rollout.ts";
import { waitingRoom } from "../model/rollout/waiting.ts";
import { type Diagnosis, diagnose, diagnosisOf } from "../model/upgrade/diagnosis.ts";
import { isFailure } from "../model/upgrade/outcome.ts";
import type { Upgrade } from "../model/upgrade/upgrade.ts";
import type { Projections } from "./projections.ts";

/** The newest attempt of each of the rollout's agents that has begun, in the plan's order. */
export function newestAttempts(projections: Projections, rollout: Rollout): readonly Upgrade[] {
  const newest: Upgrade[] = [];
  for (const { id } of rollout.plan.agents) {
    const attempt = projections.attempts(rollout.id, id).at(-1);
    if (attempt) newest.push(attempt);
  }
  return newest;
}

/** @param relayNames by id, for what people are told. */
export function courseOf(projections: Projections, rollout: Rollout, relayNames?: ReadonlyMap<string, string>): Course {
  const upgrades = newestAttempts(projections, rollout);
  return {
    upgrades,
    retried: (upgrade) => followsUp(rollout, upgrade),
    left: progressOf(projections, rollout).waiting > 0 || upgrades.some(({ postponed }) => postponed !== undefined),
    relayName: (relay) => relayNames?.get(relay) ?? relay,
  };
}

export function progressOf(projections: Projections, rollout: Rollout): Progress {
  const relays = relayProgress(rollout);
  if (relays) return relays;
  return foldProgress({
    total: everyAgent(rollout.plan).length,
    toReturn: waitingRoom(rollout).length,
    upgrades: newestAttempts(projections, rollout),
    stopping: rollout.status === "stopping" || isOver(rollout),
    retried: (upgrade) => followsUp(rollout, upgrade),
  });
}

export interface Failures {
  readonly diagnosis: Diagnosis;
  readonly failed: readonly Upgrade[];
}

/** The causes that were told in the thread and for which nobody fails any more. */
export function recoveredFrom({ posts }: Rollout, groups: readonly Failures[]): readonly Diagnosis[] {
  const still = new Set(groups.map(({ diagnosis }) => diagnosis.cause));
  return [...posts.keys()].flatMap((key) => {
    const cause = /^failed-(.+)$/.exec(key)?.[1];
    return cause !== undefined && !still.has(cause) ? (diagnosisOf(cause) ?? []) : [];
  });
}

/** Failed upgrades by cause. */
export function failuresOf(projections: Projections, rollout: Rollout): readonly Failures[] {
  const groups = new Map<string, { readonly diagnosis: Diagnosis; readonly failed: Upgrade[] }>();
  for (const upgrade of newestAttempts(projections, rollout)) {
    if (!upgrade.outcome || !isFailure(upgrade.outcome.kind)) continue;
    const diagnosis = diagnose(upgrade.outcome.kind, upgrade.outcome.detail);
    const group = groups.get(diagnosis.cause) ?? { diagnosis, failed: [] };
    group.failed.push(upgrade);
    groups.set(diagnosis.cause, group);
  }
  return [...groups.values()];
}

/** What has changed since the rollout ended. */
export function lateChanges(projections: Projections, rollout: Rollout): readonly Upgrade[] {
  const ended = rollout.endedPosition ?? Number.POSITIVE_INFINITY;
  return newestAttempts(projections, rollout).filter((upgrade) => upgrade.outcome && upgrade.outcome.position > ended);
}
