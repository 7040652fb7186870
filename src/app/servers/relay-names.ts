import type { Clock } from "../ports.ts";
import type { Site } from "../site.ts";
import { ServerError } from "../urbancode.ts";

/** For how long relays' names are taken for known, in ms: they hardly ever change. */
const KEPT = 10 * 60_000;

/** Names of a server's relays by their ids, for people to read. Where the server does not tell them the ids have to do. */
export interface RelayNames {
  read(site: Site): Promise<ReadonlyMap<string, string>>;
  /** As far as they are known now; they are asked for where that is long ago. */
  known(site: Site): ReadonlyMap<string, string>;
}

export function createRelayNames({ clock }: { readonly clock: Clock }): RelayNames {
  const byServer = new Map<string, { readonly names: ReadonlyMap<string, string>; readonly at: number }>();
  const underWay = new Map<string, Promise<ReadonlyMap<string, string>>>();

  async function ask(site: Site): Promise<ReadonlyMap<string, string>> {
    let names = byServer.get(site.name)?.names ?? new Map<string, string>();
    try {
      names = new Map((await site.fleet.relays()).map(({ id, name }) => [id, name]));
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
    }
    byServer.set(site.name, { names, at: clock.now() });
    return names;
  }

  function read(site: Site): Promise<ReadonlyMap<string, string>> {
    const known = byServer.get(site.name);
    if (known && clock.now() - known.at < KEPT) return Promise.resolve(known.names);
    const asked = underWay.get(site.name) ?? ask(site).finally(() => underWay.delete(site.name));
    underWay.set(site.name, asked);
    return asked;
  }

  return {
    read,
    known(site) {
      // Whoever reads them is told of what goes wrong.
      read(site).catch(() => undefined);
      return byServer.get(site.name)?.names ?? new Map();
    },
  };
}
