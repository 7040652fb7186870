import type { ServerFigures } from "../core/figures.ts";
import { isApproved, isAsking } from "../model/rollout/request.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { PauseKind } from "../model/rollout/rollout-events.ts";
import { isBreakerOpen } from "../model/rollout/rollout-guards.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer } from "./managed-server.ts";
import { type ServerStatuses, slotsOf, watchedNow } from "./server-status.ts";

/** How the server is now, in numbers. @param now ms since 1970. */
export function figuresOf(
  server: ManagedServer,
  { projections, statuses }: { readonly projections: Projections; readonly statuses: Pick<ServerStatuses, "of"> },
  now: number,
): ServerFigures {
  const { name } = server;
  const { ours, external, open, of: allowed, reason } = slotsOf(projections, server, watchedNow(statuses, name));
  const inFlight = projections.openUpgrades(name).filter(({ holdsSlot }) => holdsSlot);
  const rollouts = projections.openRollouts(name);
  return {
    server: name,
    slots: { ours, external, open, allowed, why: open < allowed ? (reason?.code ?? "not-known") : undefined },
    oldestUpgrade: Math.max(0, ...inFlight.map(({ intendedAt }) => now - intendedAt)),
    rollouts: counted(rollouts.map(({ status }) => status)),
    paused: counted(rollouts.flatMap(pauseOf)),
    pendingApprovals: rollouts.filter((rollout) => isAsking(rollout) && !isApproved(rollout, server.policy)).length,
  };
}

function pauseOf({ status, pause, guards }: Rollout): readonly PauseKind[] {
  if (status !== "paused" || !pause) return [];
  return [isBreakerOpen(guards) ? "breaker" : pause.kind];
}

function counted(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
