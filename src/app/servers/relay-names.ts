import type { Clock } from "../ports.ts";
import type { Site } from "../site.ts";
import { ServerError } from "../urbancode.ts";

/** For how long relays' names are taken for known, in ms: they hardly ever change. */
const KEPT = 10 * 60_000;

/** Names of a server's relays by their ids, for people to read. Where the server does not tell them the ids have to do. */
export function createRelayNames({
  clock,
}: {
  readonly clock: Clock;
}): (site: Site) => Promise<ReadonlyMap<string, string>> {
  const known = new Map<string, { readonly names: ReadonlyMap<string, string>; readonly at: number }>();

  return async (site) => {
    const before = known.get(site.name);
    if (before && clock.now() - before.at < KEPT) return before.names;
    let names = before?.names ?? new Map<string, string>();
    try {
      names = new Map((await site.fleet.relays()).map(({ id, name }) => [id, name]));
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
    }
    known.set(site.name, { names, at: clock.now() });
    return names;
  };
}
