import { isUnderWay, type Rollout } from "../../domain/rollouts/rollout.ts";
import type { Upgrade } from "../../domain/upgrades/upgrade.ts";
import type { Clock, Presence } from "../ports.ts";
import type { Projections } from "../projections.ts";
import { newestAttempts } from "../rollouts/finish-completed-rollouts.ts";

/** How things stood when this process started, after the one before it had ended. */
export interface Away {
  /** For how long no process ran; undefined if the wall clock, which alone knows, was set back meanwhile. */
  readonly ms: number | undefined;
  /** Names this start. */
  readonly key: string;
  /** Whether the rollout was under way already. */
  concerns(rollout: Rollout): boolean;
  /** Whether the upgrade has come to its end since. */
  isNews(upgrade: Upgrade): boolean;
}

export async function lookBack(ports: {
  readonly projections: Projections;
  readonly presence: Presence;
  readonly clock: Clock;
}): Promise<Away> {
  const { projections, presence, clock } = ports;
  const now = clock.now();
  const last = Math.max(projections.lastAt, (await presence.aliveAt()) ?? 0);
  const rollouts = [...projections.rollouts.values()].filter(isUnderWay);
  const underWay = new Set(rollouts.map(({ id }) => id));
  const upgrades = rollouts.flatMap((rollout) => newestAttempts(projections, rollout));
  const outcomes = new Map(upgrades.map(({ id, outcome }) => [id, outcome?.kind]));
  return {
    ms: last > now ? undefined : now - (last || now),
    key: `${now}`,
    concerns: ({ id }) => underWay.has(id),
    isNews: ({ id, outcome }) => outcome !== undefined && outcome.kind !== outcomes.get(id),
  };
}
