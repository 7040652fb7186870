import { jumpBetween, type Moment } from "../core/clock-jump.ts";
import type { Clock } from "../core/ports.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Projections } from "../projections/projections.ts";

/** How long rollouts took that this process has seen from their start. */
export interface RolloutDurations {
  /** In ms; null if the wall clock jumped or the machine slept meanwhile, undefined if this process has not seen its start. */
  of(rollout: Pick<Rollout, "id">): number | null | undefined;
  stop(): void;
}

export function createRolloutDurations({
  projections,
  clock,
}: {
  readonly projections: Pick<Projections, "onChange">;
  readonly clock: Clock;
}): RolloutDurations {
  const starts = new Map<string, Moment>();
  const moment = () => ({ wall: clock.now(), monotonic: clock.monotonic() });

  const ignore = projections.onChange((events) => {
    for (const { stream, type } of events) {
      if (type === "rollout.started") starts.set(stream, moment());
      if (type === "rollout.ended") starts.delete(stream);
    }
  });

  return {
    of({ id }) {
      const start = starts.get(`rollout.${id}`);
      const now = moment();
      return start && (jumpBetween(start, now) === 0 ? now.monotonic - start.monotonic : null);
    },
    stop: ignore,
  };
}
