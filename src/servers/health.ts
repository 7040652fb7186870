import { createCache } from "../core/cache.ts";
import type { Missing } from "../core/missing.ts";
import type { Clock } from "../core/ports.ts";
import { withTimeout } from "../core/with-timeout.ts";
import { ServerError, saysNothing } from "../model/deploy-server.ts";
import type { ManagedServer, Servers } from "./managed-server.ts";
import { type ServerStatuses, watchedNow } from "./server-status.ts";

/** For how long one answer counts, in ms: probes may come every second. */
const ANSWER_TTL = 10_000;
/** A probe waits no longer for a server, in ms. */
const TIMEOUT = 3_000;

/** Finds the servers that Drydock is not watching, and those that do not answer. Without a rollout nothing else asks them for minutes. */
export function createServerHealth({
  servers,
  statuses,
  clock,
}: {
  readonly servers: Servers;
  readonly statuses: Pick<ServerStatuses, "of">;
  readonly clock: Clock;
}): () => Promise<readonly Missing[]> {
  const kept = createCache<{ readonly answers: boolean }>({ clock, max: servers.size, ttl: ANSWER_TTL });

  async function ask({ fleet }: ManagedServer): Promise<{ readonly answers: boolean }> {
    try {
      return { answers: (await withTimeout(clock, TIMEOUT, fleet.settings())) !== undefined };
    } catch (error) {
      // Drydock's account may not be allowed to read the settings: that is an answer too.
      return { answers: error instanceof ServerError && !saysNothing(error) };
    }
  }

  async function lackOf(server: ManagedServer): Promise<readonly Missing[]> {
    const { name } = server;
    const status = watchedNow(statuses, name);
    if (!status) return [{ code: "server-not-watched", server: name }];
    const { answers } = await kept.forceFetch(name, { context: () => ask(server) });
    return status.answers && answers ? [] : [{ code: "server-not-answering", server: name }];
  }

  return async () => (await Promise.all([...servers.values()].map(lackOf))).flat();
}
