import type { Call } from "../core/call.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Projections } from "../projections/projections.ts";
import { rolloutById } from "../projections/rollout-by-id.ts";
import { noSuchRollout } from "../servers/current-rollout.ts";
import type { Servers } from "../servers/managed-server.ts";
import type { Identities } from "./identity.ts";
import type { Visibility } from "./visibility.ts";

/**
 * The one way to a rollout that a person names, as far as that person may view it. What is hidden gets the same answer as what does
 * not exist. On its card everybody sees it whom the server knows: a press comes from the card's own channel and thread, as Slack says.
 * @param otherwise what comes in its place. Left out: a UserError is thrown.
 */
export type FindRollout = <T = never>(
  id: string,
  asker: Pick<Call, "person" | "channel" | "thread">,
  otherwise?: () => T | Promise<T>,
) => Promise<Rollout | T>;

export function createFindRollout(ports: {
  readonly projections: Projections;
  readonly servers: Servers;
  readonly identities: Identities;
  readonly visibility: Visibility;
}): FindRollout {
  const { projections, servers, identities, visibility } = ports;

  async function seen(named: Rollout, { person, channel, thread }: Parameters<FindRollout>[1]): Promise<boolean> {
    // Whom it concerns is not kept waiting by a server that does not answer.
    if (visibility.concerns(named, person)) return true;
    const server = servers.get(named.plan.server);
    const card = named.posts.get("card");
    const isBefore = card?.ts !== undefined && card.channel === channel && card.ts === thread;
    if (isBefore && server && (await visibility.knows(server, person))) return true;
    return (await visibility.among([named], person)).length > 0;
  }

  return async (id, asker, otherwise) => {
    const key = id.toLowerCase().replace(/[.,!]+$/, "");
    const named = rolloutById(projections, key);
    if (named && (await seen(named, asker))) return named;
    if (otherwise) return await otherwise();
    // Whom the server does not know reads how to change that, whether there is such a rollout or not.
    const server = servers.get(named?.plan.server ?? key.replace(/-\d+$/, ""));
    if (server) await identities.on(server, asker.person);
    throw noSuchRollout(id);
  };
}
