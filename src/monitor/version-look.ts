import type { Clock } from "../core/ports.ts";
import { versionEvents } from "../features/rollout/decide-due-rollouts.ts";
import { ServerError, saysNothing } from "../model/deploy-server.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer } from "../servers/managed-server.ts";

/** How much rarer the server's own version is read than the list while it answers. */
const VERSION_FACTOR = 10;

/** Notices that the server itself was upgraded: it was away then, or it is noticed now and then. */
export type VersionLook = (wasAway: boolean, signal: AbortSignal) => Promise<void>;

export function createVersionLook(
  server: ManagedServer,
  { projections, clock }: { readonly projections: Projections; readonly clock: Clock },
): VersionLook {
  let readAt = Number.NEGATIVE_INFINITY;

  return async (wasAway, signal) => {
    if (!wasAway && clock.monotonic() - readAt < server.watch.fleet * VERSION_FACTOR) return;
    const version = await server.urbancode.version(signal).catch(undefinedUnlessAway);
    readAt = clock.monotonic();
    await projections.change(() =>
      projections.openRollouts(server.name).flatMap((rollout) => {
        const events = versionEvents(rollout, server.policy, version, clock.now());
        return events.length > 0 ? [{ stream: `rollout.${rollout.id}`, actor: "drydock", events }] : [];
      }),
    );
  };
}

/** A front page that is not for us says nothing; a server that is away is another matter. */
function undefinedUnlessAway(error: unknown): undefined {
  const away = !(error instanceof ServerError) || saysNothing(error);
  if (away) throw error;
  return undefined;
}
