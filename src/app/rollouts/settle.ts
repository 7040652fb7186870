import { everyAgent } from "../../domain/plans/plan.ts";
import { relayProgress } from "../../domain/relays/relay-progress.ts";
import { foldProgress, type Progress } from "../../domain/rollouts/progress.ts";
import { followsUp } from "../../domain/rollouts/retry.ts";
import { isOver, isUnderWay, type Rollout } from "../../domain/rollouts/rollout.ts";
import { dropAll, waitingRoom } from "../../domain/rollouts/waiting.ts";
import type { Upgrade } from "../../domain/upgrades/upgrade.ts";
import type { Board, Change } from "../board.ts";
import type { Site } from "../site.ts";

/** The newest attempt of each of the rollout's agents that has begun, in the plan's order. */
export function newestAttempts(board: Board, rollout: Rollout): readonly Upgrade[] {
  return rollout.plan.agents.flatMap((agent) => board.attempts(rollout.id, agent.id).at(-1) ?? []);
}

export function progressOf(board: Board, rollout: Rollout): Progress {
  const relays = relayProgress(rollout);
  if (relays) return relays;
  return foldProgress({
    total: everyAgent(rollout.plan).length,
    toReturn: waitingRoom(rollout).length,
    upgrades: newestAttempts(board, rollout),
    stopping: rollout.status === "stopping" || isOver(rollout),
    retried: (upgrade) => followsUp(rollout, upgrade),
  });
}

/** Ends rollouts in which nothing is left to do, and gives their agents back: all but those that may still be upgrading. */
export async function settle(board: Board, site: Site): Promise<void> {
  await board.change(() => {
    const changes: Change[] = [];
    for (const rollout of board.rollouts.values()) {
      if (rollout.plan.server !== site.name || !isUnderWay(rollout)) continue;
      const { inFlight, waiting, toReturn } = progressOf(board, rollout);
      if (inFlight === 0 && waiting === 0 && toReturn === 0)
        changes.push({
          stream: `rollout.${rollout.id}`,
          actor: "drydock",
          facts: [...dropAll(rollout, "had not come back when it was stopped"), { type: "rollout.ended", data: {} }],
        });
    }
    return changes;
  });
  await board.change(() => {
    const free = new Map<string, string[]>();
    for (const [agentId, rolloutId] of board.claims(site.name).held) {
      const busy = board.attempts(rolloutId, agentId).at(-1)?.holdsSlot === true;
      if (isDone(board.rollouts.get(rolloutId), agentId) && !busy)
        free.set(rolloutId, [...(free.get(rolloutId) ?? []), agentId]);
    }
    const facts = [...free].map(([rollout, agents]) => ({
      type: "agents.released" as const,
      data: { rollout, agents },
    }));
    return [{ stream: `server.${site.name}`, actor: "drydock", facts }];
  });
}

/** Whether the rollout has no use for the agent any more. */
function isDone(rollout: Rollout | undefined, agentId: string): boolean {
  if (!rollout) return false;
  const dropped = rollout.steering.absent.some(({ id }) => id === agentId);
  return rollout.status === "ended" || (dropped && !everyAgent(rollout.plan).some(({ id }) => id === agentId));
}
