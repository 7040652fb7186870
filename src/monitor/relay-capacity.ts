import type { PlannedAgent } from "../model/plan/plan.ts";
import type { Spread } from "../model/rollout/dispatch.ts";
import { parseUpgradeId } from "../model/upgrade/upgrade.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { KnownRelays } from "./known-relays.ts";

/** How many more agents behind each relay may begin now. */
export interface RelayCapacity extends Spread {
  /** Looks ahead over the agents of one rollout: takes no more behind a relay than could begin. */
  ahead(): { takes(agent: Pick<PlannedAgent, "relay">): boolean };
}

/** @param inFlight ids of upgrades that hold a slot, or are on their way to one. */
export function createRelayCapacity(
  projections: Projections,
  server: ManagedServer,
  { inFlight, knownRelays }: { readonly inFlight: readonly string[]; readonly knownRelays: KnownRelays },
): RelayCapacity {
  const behind = new Map<string, number>();
  for (const id of inFlight) {
    const relay = relayOf(id);
    if (relay !== undefined) behind.set(relay, (behind.get(relay) ?? 0) + 1);
  }

  function relayOf(id: string): string | undefined {
    const known = projections.upgrade(id);
    if (known) return knownRelays.placed(known.agent).relay;
    const place = parseUpgradeId(id);
    const agents = projections.rollouts.get(place?.rollout ?? "")?.plan.agents ?? [];
    const planned = agents.find(({ id }) => id === place?.agentId);
    return planned && knownRelays.placed(planned).relay;
  }

  function roomOf(relay: string): number {
    return server.limits.perRelay - (behind.get(relay) ?? 0);
  }

  return {
    relayOf,
    roomOf,
    ahead() {
      const taken = new Map<string, number>();
      return {
        takes({ relay }) {
          if (relay === undefined) return true;
          const before = taken.get(relay) ?? 0;
          if (before >= roomOf(relay)) return false;
          taken.set(relay, before + 1);
          return true;
        },
      };
    },
  };
}
