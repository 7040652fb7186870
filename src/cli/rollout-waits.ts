import type { Clock } from "../core/ports.ts";
import { type Line, lineText } from "../core/view.ts";
import { keptSlots } from "../features/rollout/kept-slots.ts";
import { canaryLine, exceedsWindowFor, waitingLines, waitLines } from "../features/rollout/waiting-lines.ts";
import { blockedAt } from "../gates/index.ts";
import { isUnderWay, type Rollout } from "../model/rollout/rollout.ts";
import { pauseLine } from "../phrases/progress-words.ts";
import { progressOf } from "../projections/rollout-progress.ts";
import { rolloutSituationOf, slotsOf, watchedNow } from "../servers/server-status.ts";
import type { LocalLook } from "./local-look.ts";

/** Why a rollout under way starts nothing more, as its card says it. What keeps the whole server from it is not repeated. */
export function rolloutWaits(look: LocalLook, rollout: Rollout, clock: Clock): readonly string[] {
  const { projections } = look;
  const server = look.servers.find(({ name }) => name === rollout.plan.server);
  if (!server || !isUnderWay(rollout)) return [];
  const { guards, status, pause } = rollout;
  const lines: Line[] = [];
  if (status === "paused" && pause) lines.push(pauseLine(rollout, pause, progressOf(projections, rollout)));
  if (status === "running") {
    const now = clock.now();
    const watched = look.holder === null ? undefined : watchedNow(look.statuses, server.name);
    const input = {
      rollout,
      progress: progressOf(projections, rollout),
      blocked: blockedAt("dispatch", "rollout", rolloutSituationOf(projections, rollout, now), server.policy),
      upgrades: projections.newestAttempts(rollout),
      holding: projections.openUpgrades(server.name).filter((upgrade) => upgrade.holdsSlot),
      slots: slotsOf(projections, server, watched),
    };
    lines.push(
      ...waitLines({
        ...input,
        busy: watched?.busy.find((waits) => waits.rollout === rollout.id),
        exceedsWindow: exceedsWindowFor(projections, server, rollout, now),
        kept: keptSlots(input, server),
      }),
    );
  }
  if (!guards.canariesPassed) lines.push(...canaryLine(rollout, projections.newestAttempts(rollout)));
  return [...lines, ...waitingLines(rollout, server.policy)].map(lineText);
}
