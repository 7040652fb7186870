import type { ServerStatus, ServerStatuses } from "../../core/server-status.ts";

/** A status that is older says no more how the server is: nobody watches it, so nothing begins there. In ms. */
const MAX_AGE = 15_000;

/** How the server is; undefined: Drydock is not watching it. */
export function watchedNow(statuses: Pick<ServerStatuses, "of">, server: string): ServerStatus | undefined {
  const known = statuses.of(server);
  return known && known.age <= MAX_AGE ? known.status : undefined;
}

/** How many servers are watched, and how many of these answer. */
export function healthOf(statuses: Pick<ServerStatuses, "of">, servers: Iterable<string>) {
  const all = [...servers].map((server) => watchedNow(statuses, server));
  return {
    servers: all.length,
    watched: all.filter((status) => status !== undefined).length,
    answering: all.filter((status) => status?.answers).length,
  };
}

/** What is said while nobody watches a server. */
export function notWatchedWords(server: string): string {
  return `Drydock is not watching ${server}: nothing begins there until it does.`;
}
