import { type Agent, isConnected, needsUpgrade } from "../core/agent.ts";
import type { Clock } from "../core/ports.ts";
import { isUnderWay } from "../model/rollout/rollout.ts";
import { decideReturns } from "../model/rollout/waiting.ts";
import type { Observation } from "../model/upgrade/upgrade.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer } from "../servers/managed-server.ts";

/** Looks for agents that were offline when they were asked for. */
export interface WaitingRoom {
  /** @param agents the whole fleet, as it was just read; an empty one says nothing. */
  look(server: ManagedServer, agents: readonly Agent[]): Promise<void>;
  /** Whether one of them is back and well, or not listed. If that lasts it is let go, and only the list shows that. */
  isUndecided(server: ManagedServer): boolean;
}

export function createWaitingRoom({
  projections,
  clock,
}: {
  readonly projections: Projections;
  readonly clock: Clock;
}): WaitingRoom {
  /** By server: since when an agent that is waited for has been connected without asking for an upgrade. */
  const wellSince = new Map<string, ReadonlyMap<string, number>>();
  /** By server: since when one is not listed. */
  const missingSince = new Map<string, ReadonlyMap<string, number>>();

  return {
    async look(server, agents) {
      if (agents.length === 0) return;
      const mine = projections.openRollouts(server.name).filter(({ plan }) => plan.waiting && plan.waiting.length > 0);
      const waited = new Set(mine.flatMap(({ plan }) => (plan.waiting ?? []).map(({ id }) => id)));
      const now = clock.monotonic();
      const before = wellSince.get(server.name);
      const well = new Map<string, number>();
      const seen = new Map<string, Observation>();
      for (const { id, status, version } of agents) {
        if (!waited.has(id)) continue;
        seen.set(id, { status, version: version ?? null });
        if (isConnected(status) && !needsUpgrade(status)) well.set(id, before?.get(id) ?? now);
      }
      wellSince.set(server.name, well);
      const lost = missingSince.get(server.name);
      const missing = new Map([...waited].filter((id) => !seen.has(id)).map((id) => [id, lost?.get(id) ?? now]));
      missingSince.set(server.name, missing);
      const given = { now, wellSince: well, missingSince: missing, stable: server.deadlines.stable };
      await projections.change(() =>
        mine.flatMap(({ id }) => {
          const rollout = projections.rollouts.get(id);
          if (!rollout) return [];
          const events = decideReturns(rollout, seen, given);
          return [{ stream: `rollout.${id}`, actor: "drydock", events }];
        }),
      );
    },
    isUndecided({ name }) {
      const isSeen = (id: string) => wellSince.get(name)?.has(id) || missingSince.get(name)?.has(id);
      const underWay = projections.openRollouts(name).filter(isUnderWay);
      return underWay.some(({ plan }) => plan.waiting?.some(({ id }) => isSeen(id)));
    },
  };
}
