import { createCache } from "../core/cache.ts";
import type { Clock } from "../core/ports.ts";
import { ServerError, saysNothing } from "../model/deploy-server.ts";
import type { ManagedServer } from "./managed-server.ts";

/** For how long relays' names are taken for known, in ms: they hardly ever change. */
const NAMES_TTL = 10 * 60_000;
/** For how long a server that gave no answer is not asked again, in ms. */
const FAILED_TTL = 30_000;
const MAX_SERVERS = 1_000;

type Names = ReadonlyMap<string, string>;

/** Names of a server's relays by their ids, for people to read. Where the server does not tell them the ids have to do. */
export interface RelayNames {
  read(server: ManagedServer): Promise<Names>;
  /** As far as they are known now; they are asked for where that is long ago. */
  known(server: ManagedServer): Names;
}

export function createRelayNames({ clock }: { readonly clock: Clock }): RelayNames {
  const byServer = createCache<Names>({ clock, max: MAX_SERVERS, ttl: NAMES_TTL });

  async function ask(server: ManagedServer, old: Names = new Map(), keepFor: (ms: number) => void): Promise<Names> {
    try {
      return new Map((await server.fleet.relays()).map(({ id, name }) => [id, name]));
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      if (saysNothing(error)) keepFor(FAILED_TTL);
      return old;
    }
  }

  const read = (server: ManagedServer) =>
    byServer.forceFetch(server.name, { context: (old, keepFor) => ask(server, old, keepFor) });

  return {
    read,
    known(server) {
      // Whoever reads them is told of what goes wrong.
      read(server).catch(() => undefined);
      return byServer.get(server.name, { allowStale: true }) ?? new Map();
    },
  };
}
