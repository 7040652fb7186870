import type { Cause } from "../core/cause.ts";
import type { Published, Statuses } from "../core/statuses.ts";
import type { WatchedServer } from "../gates/server-situation.ts";

/** What the monitor of a server knows now and the ledger does not hold: codes and data, no sentences of ours. */
export interface ServerStatus extends Published, WatchedServer {
  /** How many slots are open now, of how many, and why fewer. */
  readonly slots: { readonly open: number; readonly of: number; readonly why: Cause | undefined };
  /** Agents that wait until a deployment on them ends, by rollout. */
  readonly busy: readonly BusyAgents[];
}

export interface BusyAgents {
  readonly rollout: string;
  /** The names of the first of them. */
  readonly agents: readonly string[];
  readonly more: number;
}

export type ServerStatuses = Statuses<ServerStatus>;

/** A status that is older says no more how the server is: nobody watches it, so nothing begins there. In ms. */
const MAX_AGE = 15_000;

/** How the server is; undefined: Drydock is not watching it. */
export function watchedNow(statuses: Pick<ServerStatuses, "of">, server: string): ServerStatus | undefined {
  const known = statuses.of(server);
  return known && known.age <= MAX_AGE ? known.status : undefined;
}
