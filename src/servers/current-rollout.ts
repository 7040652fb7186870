import type { Call } from "../core/call.ts";
import { UserError } from "../core/user-error.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Projections } from "../projections/projections.ts";
import { rolloutById } from "../projections/rollout-by-id.ts";
import type { ManagedServer, Servers } from "./managed-server.ts";

/** Where rollouts are looked for. */
export interface RolloutPorts {
  readonly projections: Projections;
  readonly servers: Servers;
}

export interface CurrentRollout {
  readonly rollout: Rollout;
  readonly server: ManagedServer;
}

/**
 * A rollout as it is now, with its server: one that was found before, or that is on a button with the key of what the person saw.
 * What a person names goes through `findRollout`. Throws UserError.
 */
export function currentRollout({ projections, servers }: RolloutPorts, id: string): CurrentRollout {
  const rollout = rolloutById(projections, id);
  if (!rollout) throw noSuchRollout(id);
  return { rollout, server: serverOf(servers, rollout) };
}

/** Throws UserError where the configuration does not have it any more. */
export function serverOf(servers: Servers, { id, plan }: Rollout): ManagedServer {
  const server = servers.get(plan.server);
  if (server) return server;
  throw new UserError(
    "server-not-configured",
    `The server of ${id}, ${plan.server}, is not configured any more. Drydock can only show this rollout.`,
  );
}

/** The same for a rollout that is hidden from the person as for one that does not exist. @param more what they may look at instead. */
export function noSuchRollout(id: string, more = ""): UserError {
  return new UserError("no-such-rollout", `There is no rollout "${id.slice(0, 60)}" that you may view.${more}`);
}

/** The rollout in whose card's thread something was said, if it is one. */
export function rolloutOfThread(
  projections: Pick<Projections, "rollouts">,
  { channel, thread }: Pick<Call, "channel" | "thread">,
): Rollout | undefined {
  if (thread === undefined) return undefined;
  return [...projections.rollouts.values()].find(({ posts }) => {
    const card = posts.get("card");
    return card?.channel === channel && card.ts === thread;
  });
}
