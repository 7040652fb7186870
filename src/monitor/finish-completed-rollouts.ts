import { cause } from "../core/cause.ts";
import { jumpBetween, type Moment } from "../core/jump-between.ts";
import type { Clock } from "../core/ports.ts";
import { everyAgent } from "../model/plan/plan.ts";
import { isUnderWay, type Rollout } from "../model/rollout/rollout.ts";
import { dropAll } from "../model/rollout/waiting.ts";
import { isPutBack } from "../model/upgrade/upgrade.ts";
import { type Change, onUpgrade } from "../projections/change.ts";
import type { Projections } from "../projections/projections.ts";
import { progressOf } from "../projections/rollout-progress.ts";
import type { ManagedServer } from "../servers/managed-server.ts";

/** Ends rollouts in which nothing is left to do, and gives their agents back: all but those that may still be upgrading. */
export async function finishCompletedRollouts(
  projections: Projections,
  server: ManagedServer,
  durations: Pick<RolloutDurations, "of">,
): Promise<void> {
  await projections.change(() => {
    const changes: Change[] = [];
    for (const rollout of projections.openRollouts(server.name)) {
      if (!isUnderWay(rollout)) continue;
      const { inFlight, waiting, toReturn } = progressOf(projections, rollout);
      if (inFlight > 0 || waiting > 0 || toReturn > 0) continue;
      const took = durations.of(rollout);
      const last = rollout.plan.agents.flatMap(({ id }) => projections.attempts(rollout.id, id).at(-1) ?? []);
      const putBack = last.filter(isPutBack);
      changes.push(...putBack.map(({ id }) => onUpgrade(id, [{ type: "upgrade.closed", data: {} }])), {
        stream: `rollout.${rollout.id}`,
        actor: "drydock",
        events: [
          ...dropAll(rollout, cause("not-back-when-stopped")),
          { type: "rollout.ended", data: took === undefined ? {} : { took } },
        ],
      });
    }
    return changes;
  });
  await projections.change(() => {
    const free = new Map<string, string[]>();
    for (const [agentId, rolloutId] of projections.claims(server.name).held) {
      if (!projections.past.has(rolloutId) && !isDone(projections.rollouts.get(rolloutId), agentId)) continue;
      if (projections.attempts(rolloutId, agentId).at(-1)?.holdsSlot) continue;
      free.set(rolloutId, [...(free.get(rolloutId) ?? []), agentId]);
    }
    const events = [...free].map(([rollout, agents]) => ({
      type: "agents.released" as const,
      data: { rollout, agents },
    }));
    return [{ stream: `server.${server.name}`, actor: "drydock", events }];
  });
}

/** Whether the rollout has no use for the agent any more. */
function isDone(rollout: Rollout | undefined, agentId: string): boolean {
  if (!rollout) return false;
  const dropped = rollout.guards.absent.some(({ id }) => id === agentId);
  return rollout.status === "ended" || (dropped && !everyAgent(rollout.plan).some(({ id }) => id === agentId));
}

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

  const ignore = projections.onChange(
    (events) => {
      for (const { stream, type } of events) {
        if (type === "rollout.started") starts.set(stream, moment());
        if (type === "rollout.ended") starts.delete(stream);
      }
    },
    ["rollout"],
  );

  return {
    of({ id }) {
      const start = starts.get(`rollout.${id}`);
      const now = moment();
      return start && (jumpBetween(start, now) === 0 ? now.monotonic - start.monotonic : null);
    },
    stop: ignore,
  };
}
