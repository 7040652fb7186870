import type { Deployments } from "./deployments.ts";
import { type Fleet, isExternal } from "./fleet.ts";
import type { Trouble } from "./trouble.ts";
import type { Fault } from "./upgrade-life.ts";

/** What no real server tells: how things are, for tests and for people who try Drydock out. */
export interface Truth {
  readonly inFlight: number;
  /** Of those in flight: started by Drydock's own user, and by anybody else. */
  readonly inFlightOurs: number;
  readonly inFlightElsewhere: number;
  readonly maxInFlight: number;
  readonly maxInFlightOurs: number;
  /** Agents by what they show; one that never was in contact is NEVER_CONTACTED. */
  readonly counts: Readonly<Record<string, number>>;
  readonly relays: readonly TrueRelay[];
  readonly agents: readonly TrueAgent[];
  /** What runs now; an application's deployment has no agent. */
  readonly deployments: readonly { readonly id: string; readonly type: string; readonly agent: string | null }[];
  readonly diskFull: boolean;
  readonly trouble: { readonly kind: Trouble["kind"]; readonly secondsLeft: number };
  readonly triggers: Fleet["triggers"];
  /** Requests so far, by method and path. */
  readonly requests: Readonly<Record<string, number>>;
}

export interface TrueRelay {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly up: boolean;
  readonly agents: number;
}

export interface TrueAgent {
  readonly id: string;
  readonly name: string;
  readonly status: string | null;
  readonly version: string | undefined;
  readonly relay: string | null;
  readonly fault: Fault | null;
  readonly inFlight: boolean;
  /** Whether the upgrade that is in flight was started by another user than Drydock's. */
  readonly elsewhere: boolean;
  readonly accepted: number;
  readonly duplicates: number;
}

export function truthOf({
  fleet,
  deployments,
  trouble,
  requests,
}: Pick<Truth, "trouble"> & {
  readonly fleet: Fleet;
  readonly deployments: Deployments;
  readonly requests: ReadonlyMap<string, number>;
}): Truth {
  const all = [...fleet.agents.values()];
  const agents = all.map((agent): TrueAgent => {
    const now = fleet.now(agent);
    return {
      id: agent.id,
      name: agent.name,
      ...now,
      relay: agent.relayId ?? null,
      fault: agent.fault ?? null,
      elsewhere: now.inFlight && isExternal(agent),
      accepted: agent.accepted,
      duplicates: agent.duplicates,
    };
  });
  const counts: Record<string, number> = {};
  for (const { status } of agents) counts[status ?? "NEVER_CONTACTED"] = (counts[status ?? "NEVER_CONTACTED"] ?? 0) + 1;
  const flying = agents.filter(({ inFlight }) => inFlight);
  const external = flying.filter((agent) => agent.elsewhere).length;
  return {
    inFlight: flying.length,
    inFlightOurs: flying.length - external,
    inFlightElsewhere: external,
    maxInFlight: fleet.maxInFlight,
    maxInFlightOurs: fleet.maxInFlightOurs,
    counts,
    relays: [...fleet.relays.values()].map((relay) => ({
      id: relay.id,
      name: relay.id,
      ...fleet.relayNow(relay),
      agents: all.filter((agent) => agent.relayId === relay.id).length,
    })),
    agents,
    deployments: deployments.running().map(({ id, type, agent }) => ({ id, type, agent: agent?.name ?? null })),
    diskFull: fleet.diskFull,
    trouble,
    triggers: fleet.triggers,
    requests: Object.fromEntries(requests),
  };
}
