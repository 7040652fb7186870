import type { Agent } from "../core/agent.ts";
import { ServerError, saysNothing } from "../model/deploy-server.ts";
import type { ManagedServer } from "../servers/managed-server.ts";

interface RelaysDown {
  readonly down: ReadonlySet<string>;
  /** The server gave no answer about its relays. */
  readonly gap: boolean;
}

/** Reads which relays are down, if one of these agents is behind a relay. If the server does not list its relays, none is. */
export async function readRelaysDown(
  server: ManagedServer,
  agents: readonly Agent[],
  signal?: AbortSignal,
): Promise<RelaysDown> {
  if (relaysOf(agents).size === 0) return { down: new Set(), gap: false };
  try {
    const down = (await server.urbancode.relays(signal)).filter(({ up }) => up === false);
    return { down: new Set(down.map(({ id }) => id)), gap: false };
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    // A server that goes away just now leaves it open: the reading counts all the same.
    return { down: new Set(), gap: saysNothing(error) };
  }
}

export function relaysOf(agents: readonly Agent[]): ReadonlySet<string> {
  return new Set(agents.flatMap(({ relayId }) => (relayId === undefined ? [] : [relayId])));
}

/** Of relays that may be hidden from Drydock's account: if every agent behind one is offline, and there are several, it is down. */
export function allDropped(agents: readonly Agent[], relays: ReadonlySet<string>): readonly string[] {
  return [...relays].filter((relay) => {
    const behind = agents.filter(({ relayId }) => relayId === relay);
    return behind.length > 1 && behind.every(({ status }) => status === "offline");
  });
}
