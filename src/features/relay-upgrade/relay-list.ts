import { isConnected } from "../../core/agent.ts";
import type { Relay } from "../../model/deploy-server.ts";
import { type Lag, lagOf, lags, relaysWanted } from "../../model/guide/relays.ts";
import { byName } from "../../model/plan/order.ts";
import { DEFAULT_RELAYS } from "../../model/relay/settings.ts";
import type { Authorize } from "../../people/authorize.ts";
import { relayViewer } from "../../people/relay-viewer.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";

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
  readonly wanted: ReturnType<typeof relaysWanted>;
}

/**
 * The relays of a server for one person: those that they may view, by View Agent Relays on any team or by an agent behind. Throws
 * UserError and ServerError.
 */
export async function readRelayList(
  server: ManagedServer,
  person: string,
  authorize: Pick<Authorize, "onAgents">,
): Promise<RelayList> {
  const access = await authorize.onAgents(server, person, "look");
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
    wanted: relaysWanted(serverVersion, versions),
  };
}

/** Offline, lagging, not known, older than the server though not too old, the rest. */
function rank({ relay, lag, lags: late }: ListedRelay): number {
  if (relay.up === false) return 0;
  if (late) return 1;
  if (lag === "unknown" || relay.up === undefined) return 2;
  return lag === "behind" ? 3 : 4;
}
