import { type ServerStatuses, watchedNow } from "./server-status.ts";

export interface Health {
  readonly servers: number;
  /** How many of them Drydock is watching. */
  readonly watched: number;
  /** How many of these answer. */
  readonly answering: number;
}

export function healthOf(statuses: Pick<ServerStatuses, "of">, servers: Iterable<string>): Health {
  const all = [...servers].map((server) => watchedNow(statuses, server));
  return {
    servers: all.length,
    watched: all.filter((status) => status !== undefined).length,
    answering: all.filter((status) => status?.answers).length,
  };
}
