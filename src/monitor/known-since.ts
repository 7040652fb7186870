import type { Clock } from "../core/ports.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { ExternalUpgrades, Outside } from "../model/server/external-upgrades.ts";
import type { Projections } from "../projections/projections.ts";

/** Since when (monotonic) this process has known of rollouts, and of agents that somebody else may be upgrading. */
export interface KnownSince {
  /** When the rollout started; undefined if that was before this process. */
  started(rollout: Rollout): number | undefined;
  /** What is known of other people's upgrades, with monotonic times. What is older than this process is as old as it. */
  monotonic(external: ExternalUpgrades): ExternalUpgrades;
  /** Whether the rollout started later than the agent went offline. */
  isLater(rollout: Rollout, agentId: string, outside: Outside): boolean;
  stop(): void;
}

export function createKnownSince(
  server: string,
  ports: { readonly projections: Projections; readonly clock: Clock },
): KnownSince {
  const { projections, clock } = ports;
  const began = clock.monotonic();
  const rollouts = new Map<string, number>();
  /** Agents that went offline while this process ran. */
  let agents = new Map<string, number>();
  let seen = projections.server(server).external;
  let older = new Set(outsidersOf(seen).keys());

  const ignore = projections.onChange(
    (events) => {
      for (const event of events) {
        if (event.type === "rollout.started") rollouts.set(event.data.rollout, clock.monotonic());
        if (event.type === "rollout.ended") rollouts.delete(event.stream.slice("rollout.".length));
      }
      const { external } = projections.server(server);
      if (external === seen) return;
      seen = external;
      const now = outsidersOf(external);
      older = new Set([...older].filter((id) => now.has(id)));
      const fresh = [...now.keys()].filter((id) => !older.has(id));
      agents = new Map(fresh.map((id) => [id, agents.get(id) ?? clock.monotonic()]));
    },
    ["rollout", "server"],
  );

  function timed(known: ReadonlyMap<string, Outside>): ReadonlyMap<string, Outside> {
    return new Map([...known].map(([id, { name }]) => [id, { name, since: agents.get(id) ?? began }]));
  }

  return {
    started: ({ id }) => rollouts.get(id),
    monotonic: (external) => ({
      ...external,
      upgrading: timed(external.upgrading),
      ambiguous: external.ambiguous && { ...external.ambiguous, agents: timed(external.ambiguous.agents) },
      acknowledged: timed(external.acknowledged),
    }),
    isLater(rollout, agentId, { since }) {
      const [started, went] = [rollouts.get(rollout.id), agents.get(agentId)];
      if (started === undefined && went === undefined) return rollout.startedAt > since;
      return started !== undefined && (went === undefined || started > went);
    },
    stop: ignore,
  };
}

/** Agents that somebody else upgrades, may be upgrading, or was thought to. */
export function outsidersOf({ upgrading, ambiguous, acknowledged }: ExternalUpgrades): ReadonlyMap<string, Outside> {
  return new Map([...upgrading, ...(ambiguous?.agents ?? []), ...acknowledged]);
}
