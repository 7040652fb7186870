import type { Clock } from "../core/ports.ts";
import type { Presence } from "../model/ledger-port.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Projections } from "../projections/projections.ts";
import { rolloutsUnderWay } from "../projections/rollout-progress.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import { type ServerStatuses, watchedNow } from "../servers/server-status.ts";

/**
 * Says in the ledger that the server is watched again, after a time without a monitor: the threads of its rollouts tell people. Where one
 * monitor follows another at once, as in an update of replicas, the server has been watched all the time.
 */
export interface WatchedAgain {
  /** The whole server was looked at: the first time, that is written down for the rollouts that were under way. */
  lookedAround(): Promise<void>;
}

/** How things stood before this monitor begins. */
export async function createWatchedAgain(
  server: ManagedServer,
  { projections, presence, statuses, clock }: Ports,
): Promise<WatchedAgain> {
  const now = clock.now();
  const last = Math.max(projections.lastAt, (await presence.aliveAt()) ?? 0);
  // Other replicas are alive while nobody watches this server. Without its status only the wall clock knows for how long no process ran:
  // nobody does if it was set back meanwhile.
  const ms = statuses.of(server.name)?.age ?? (last > now ? null : now - (last || now));
  const isWatched = watchedNow(statuses, server.name) !== undefined;
  const before = rolloutsUnderWay(projections, server.name);
  const outcomes = new Map(
    before.flatMap((rollout) => projections.newestAttempts(rollout)).map(({ id, outcome }) => [id, outcome?.kind]),
  );
  let isTold = before.length === 0 || isWatched;

  function finished(rollout: Rollout): number {
    const attempts = projections.newestAttempts(projections.rollouts.get(rollout.id) ?? rollout);
    return attempts.filter(({ id, outcome }) => outcome !== undefined && outcome.kind !== outcomes.get(id)).length;
  }

  return {
    async lookedAround() {
      if (isTold) return;
      await projections.change(() => {
        const rollouts = before.map((rollout) => ({ id: rollout.id, finished: finished(rollout) }));
        const event = { type: "server.watched-again", data: { ms, rollouts } } as const;
        return [{ stream: `server.${server.name}`, actor: "drydock", events: [event] }];
      });
      isTold = true;
    },
  };
}

interface Ports {
  readonly projections: Projections;
  readonly presence: Presence;
  readonly statuses: Pick<ServerStatuses, "of">;
  readonly clock: Clock;
}
