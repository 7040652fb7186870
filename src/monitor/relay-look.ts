import type { Agent } from "../core/agent.ts";
import type { Relay } from "../model/deploy-server.ts";
import type { RelayReading } from "../model/relay/decide-turn.ts";
import { behindRelay } from "../people/missing-behind.ts";
import type { BusyTest } from "../servers/fleet.ts";

/** What was read of the server at one moment. */
export interface Look {
  readonly agents: readonly Agent[];
  /** Undefined where the server did not tell, or shows none: Drydock's account may have lost the right to see them. */
  readonly relays: readonly Relay[] | undefined;
  readonly serverVersion: string | null;
  readonly isBusy: BusyTest | undefined;
}

export function behind({ agents }: Look, relayId: string): readonly Agent[] {
  return agents.filter((agent) => agent.relayId === relayId);
}

/** A relay that the server does not list any more counts as away. */
export function readingOf({ agents, relays }: Look, relayId: string): RelayReading | undefined {
  if (!relays) return undefined;
  const relay = relays.find(({ id }) => id === relayId);
  return {
    up: relay !== undefined && relay.up !== false,
    version: relay?.version ?? null,
    hostname: relay?.hostname ?? null,
    behind: behindRelay(agents, relayId),
  };
}
