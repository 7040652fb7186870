import type { Agent } from "../core/agent.ts";
import { ServerError, saysNothing } from "../model/deploy-server.ts";
import type { ManagedServer } from "../servers/managed-server.ts";

interface RelaysDown {
  readonly down: ReadonlySet<string>;
  /** The server gave no answer about its relays. */
  readonly gap: boolean;
}

export const NO_RELAYS_DOWN: RelaysDown = { down: new Set(), gap: false };

/**
 * Reads which relays are down, if one of the agents that dropped is behind a relay. A relay may be hidden from Drydock's account: if
 * every agent behind it is offline, and there are several, it is down.
 */
export async function readRelaysDown(
  server: ManagedServer,
  { dropped, agents }: { readonly dropped: readonly Agent[]; readonly agents: readonly Agent[] },
  signal?: AbortSignal,
): Promise<RelaysDown> {
  const relays = relaysOf(dropped);
  if (relays.size === 0) return NO_RELAYS_DOWN;
  const hidden = allDropped(agents, relays);
  try {
    const down = (await server.urbancode.relays(signal)).filter(({ up }) => up === false);
    return { down: new Set([...down.map(({ id }) => id), ...hidden]), gap: false };
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    // A server that goes away just now leaves it open: the reading counts all the same.
    return { down: new Set(hidden), gap: saysNothing(error) };
  }
}

function relaysOf(agents: readonly Agent[]): ReadonlySet<string> {
  return new Set(agents.flatMap(({ relayId }) => (relayId === undefined ? [] : [relayId])));
}

function allDropped(agents: readonly Agent[], relays: ReadonlySet<string>): readonly string[] {
  return [...relays].filter((relay) => {
    const behind = agents.filter(({ relayId }) => relayId === relay);
    return behind.length > 1 && behind.every(({ status }) => status === "offline");
  });
}
