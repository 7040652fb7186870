import { createCache } from "../bounded-cache.ts";
import type { Clock } from "../ports.ts";
import type { Site } from "../site.ts";
import { ServerError } from "../urbancode.ts";

/** For how long relays' names are taken for known, in ms: they hardly ever change. */
const KEPT = 10 * 60_000;
const MOST_SERVERS = 1_000;

type Names = ReadonlyMap<string, string>;

/** Names of a server's relays by their ids, for people to read. Where the server does not tell them the ids have to do. */
export interface RelayNames {
  read(site: Site): Promise<Names>;
  /** As far as they are known now; they are asked for where that is long ago. */
  known(site: Site): Names;
}

export function createRelayNames({ clock }: { readonly clock: Clock }): RelayNames {
  const byServer = createCache<Names>({ clock, max: MOST_SERVERS, ttl: KEPT });

  async function ask(site: Site, old: Names = new Map()): Promise<Names> {
    try {
      return new Map((await site.fleet.relays()).map(({ id, name }) => [id, name]));
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      return old;
    }
  }

  const read = (site: Site) => byServer.forceFetch(site.name, { context: (old) => ask(site, old) });

  return {
    read,
    known(site) {
      // Whoever reads them is told of what goes wrong.
      read(site).catch(() => undefined);
      return byServer.get(site.name, { allowStale: true }) ?? new Map();
    },
  };
}
