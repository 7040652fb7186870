import type { Rollout } from "../../domain/rollouts/rollout.ts";
import { type Diagnosis, diagnose, diagnosisOf } from "../../domain/upgrades/diagnosis.ts";
import { isFailure } from "../../domain/upgrades/outcome.ts";
import type { Upgrade } from "../../domain/upgrades/upgrade.ts";
import type { Board } from "../board.ts";
import { newestAttempts } from "./settle.ts";

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
export function failuresOf(board: Board, rollout: Rollout): readonly Failures[] {
  const groups = new Map<string, { readonly diagnosis: Diagnosis; readonly failed: Upgrade[] }>();
  for (const upgrade of newestAttempts(board, rollout)) {
    if (!upgrade.outcome || !isFailure(upgrade.outcome.kind)) continue;
    const diagnosis = diagnose(upgrade.outcome.kind, upgrade.outcome.detail);
    const group = groups.get(diagnosis.cause) ?? { diagnosis, failed: [] };
    group.failed.push(upgrade);
    groups.set(diagnosis.cause, group);
  }
  return [...groups.values()];
}

/** What has changed since the rollout ended. */
export function lateChanges(board: Board, rollout: Rollout): readonly Upgrade[] {
  const ended = rollout.endedPosition ?? Number.POSITIVE_INFINITY;
  return newestAttempts(board, rollout).filter((upgrade) => upgrade.outcome && upgrade.outcome.position > ended);
}
