import { type Diagnosis, diagnose } from "../domain/diagnosis.ts";
import { isFailure } from "../domain/outcome.ts";
import type { Rollout } from "../domain/rollout.ts";
import type { Upgrade } from "../domain/upgrade.ts";
import type { Board } from "./board.ts";
import { newestAttempts } from "./settle.ts";

/** Failed upgrades by cause. A reply stays, as what was true when it was told, also when its last agent came back. */
export function failuresOf(
  board: Board,
  rollout: Rollout,
): readonly { readonly diagnosis: Diagnosis; readonly failed: readonly Upgrade[] }[] {
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
  const ended = rollout.endedAt ?? Number.POSITIVE_INFINITY;
  return newestAttempts(board, rollout).filter((upgrade) => upgrade.outcome && upgrade.outcome.at > ended);
}
