import { type Agent, isConnected } from "../../core/agent.ts";
import type { Relay } from "../../model/deploy-server.ts";
import { type Lag, lagOf, lags, togetherWords } from "../../model/relay/lag.ts";
import { DEFAULT_RELAYS } from "../../model/relay/settings.ts";
import type { Access } from "../../people/access.ts";
import type { Authorize } from "../../people/authorize.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import { VIEW_RELAYS } from "../../servers/none-visible.ts";

/** A relay as it stands, for somebody who may view it. */
export interface ListedRelay {
  readonly relay: Relay;
  readonly lag: Lag;
  readonly lags: boolean;
  /** Agents that the server lists behind it, and how many of them are connected. */
  readonly behind: number;
  readonly connected: number;
}

export interface RelayList {
  readonly server: ManagedServer;
  readonly serverVersion: string | undefined;
  readonly minimum: string | null;
  /** Worst first. */
  readonly listed: readonly ListedRelay[];
  /** Relays that the person may not view. */
  readonly hidden: number;
  /** What the vendor wants of relays at this version. */
  readonly together: string | undefined;
}

/** So many agents behind a relay are asked about before it counts as one of which the person may view none. */
const MAX_ASKED = 20;

/**
 * The relays of a server for one person: those that they may view, by View Agent Relays on any team or by an agent behind. Throws
 * UserError and ServerError.
 */
export async function readRelayList(
  server: ManagedServer,
  person: string,
  authorize: Pick<Authorize, "access">,
): Promise<RelayList> {
  const access = await authorize.access(server, person, "look");
  const [relays, agents, serverVersion] = await Promise.all([
    server.fleet.relays(),
    server.fleet.agents(),
    server.fleet.version(),
    access.grants(),
  ]);
  const { minimum } = server.relays ?? DEFAULT_RELAYS;
  const mayView = relayViewer(agents, access);
  const listed: ListedRelay[] = [];
  for (const relay of relays) {
    const behind = agents.filter(({ relayId }) => relayId === relay.id);
    if (!(await mayView(relay))) continue;
    const lag = lagOf(relay.version, serverVersion, minimum);
    const connected = behind.filter(({ status }) => isConnected(status)).length;
    listed.push({ relay, lag, lags: lags(lag, minimum), behind: behind.length, connected });
  }
  const versions = relays.map(({ version }) => version);
  return {
    server,
    serverVersion,
    minimum,
    listed: listed.sort((a, b) => rank(a) - rank(b) || byName(a.relay, b.relay)),
    hidden: relays.length - listed.length,
    together: togetherWords(serverVersion, versions),
  };
}

/** `relay-2` before `relay-10`, in one fixed language. */
const collator = new Intl.Collator("en", { numeric: true });

export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return collator.compare(a.name, b.name);
}

/** Tells of each relay whether the person may view it. */
export function relayViewer(agents: readonly Agent[], { nowhere, views }: Access): (relay: Relay) => Promise<boolean> {
  return async ({ id }) => {
    if ((await nowhere([VIEW_RELAYS])).length === 0) return true;
    const behind = agents.filter(({ relayId }) => relayId === id);
    return viewsOne(behind, views);
  };
}

async function viewsOne(behind: readonly Agent[], views: (id: string) => Promise<boolean>): Promise<boolean> {
  for (const { id } of behind.slice(0, MAX_ASKED)) if (await views(id)) return true;
  return false;
}

/** Offline, lagging, not known, older than the server though not too old, the rest. */
function rank({ relay, lag, lags: late }: ListedRelay): number {
  if (relay.up === false) return 0;
  if (late) return 1;
  if (lag === "unknown" || relay.up === undefined) return 2;
  return lag === "behind" ? 3 : 4;
}
