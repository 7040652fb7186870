import type { Rollout } from "../model/rollout/rollout.ts";
import { type Diagnosis, diagnose, diagnosisOf } from "../model/upgrade/diagnosis.ts";
import { isFailure } from "../model/upgrade/outcome.ts";
import type { Upgrade } from "../model/upgrade/upgrade.ts";
import type { Projections } from "./projections.ts";
import { newestAttempts } from "./rollout-progress.ts";

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
