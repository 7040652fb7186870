import { createAges } from "../core/ages.ts";
import type { Clock } from "../core/ports.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Projections } from "../projections/projections.ts";

/** For how long rollouts have been paused, whatever people do to the wall clock meanwhile. */
export interface PauseAges {
  /** In ms; undefined if it is not paused. */
  pausedFor(rollout: Rollout): number | undefined;
  stop(): void;
}

export function createPauseAges({
  projections,
  clock,
}: {
  readonly projections: Projections;
  readonly clock: Clock;
}): PauseAges {
  const ages = createAges(clock);
  const pausedFor = ({ id, pause }: Rollout) => pause && ages.of(id, pause.at);

  // Each pause is seen as soon as it is there, so that no jump comes in between.
  const ignore = projections.onChange((events) => {
    for (const { stream, type } of events) {
      const rollout = type === "rollout.paused" ? projections.rollouts.get(stream.slice("rollout.".length)) : undefined;
      if (rollout) pausedFor(rollout);
    }
  });
  for (const rollout of projections.openRollouts()) pausedFor(rollout);
  return { pausedFor, stop: ignore };
}
