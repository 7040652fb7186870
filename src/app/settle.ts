import { dueOf } from "../domain/gates/due-rollouts.ts";
import { reviewDue } from "../domain/gates/emergency.ts";
import { freezeDue } from "../domain/gates/freeze.ts";
import { foldProgress, type Progress } from "../domain/progress.ts";
import { isOver, isUnderWay, type Rollout } from "../domain/rollout.ts";
import { triesAgain, type Upgrade } from "../domain/upgrade.ts";
import type { Board, Change } from "./board.ts";
import type { Clock } from "./ports.ts";
import type { Site } from "./site.ts";

/** The newest attempt of each of the rollout's agents that has begun, in the plan's order. */
export function newestAttempts(board: Board, rollout: Rollout): readonly Upgrade[] {
  return rollout.plan.agents.flatMap((agent) => board.attempts(rollout.id, agent.id).at(-1) ?? []);
}

export function progressOf(board: Board, rollout: Rollout): Progress {
  return foldProgress({
    total: rollout.plan.agents.length,
    upgrades: newestAttempts(board, rollout),
    stopping: rollout.status === "stopping" || isOver(rollout),
    retried: (upgrade) => (rollout.status === "running" || rollout.status === "paused") && triesAgain(upgrade),
  });
}

/** Ends rollouts in which nothing is left to do, and gives their agents back: all but those that may still be upgrading. */
export async function settle(board: Board, site: Site): Promise<void> {
  await board.change(() => {
    const changes: Change[] = [];
    for (const rollout of board.rollouts.values()) {
      if (rollout.plan.server !== site.name || !isUnderWay(rollout)) continue;
      const { inFlight, waiting } = progressOf(board, rollout);
      if (inFlight === 0 && waiting === 0)
        changes.push({
          stream: `rollout.${rollout.id}`,
          actor: "drydock",
          facts: [{ type: "rollout.ended", data: {} }],
        });
    }
    return changes;
  });
  await board.change(() => {
    const free = new Map<string, string[]>();
    for (const [agentId, rolloutId] of board.claims(site.name).held) {
      const busy = board.attempts(rolloutId, agentId).at(-1)?.holdsSlot === true;
      if (board.rollouts.get(rolloutId)?.status === "ended" && !busy)
        free.set(rolloutId, [...(free.get(rolloutId) ?? []), agentId]);
    }
    const facts = [...free].map(([rollout, agents]) => ({
      type: "agents.released" as const,
      data: { rollout, agents },
    }));
    return [{ stream: `server.${site.name}`, actor: "drydock", facts }];
  });
}

/** Writes down what the time and the rules bring: freezes that end, requests that expire, rollouts that have to wait. */
export async function comeDue(board: Board, site: Site, clock: Clock): Promise<void> {
  await board.change(() => {
    const facts = freezeDue(board.claims(site.name).freeze, clock.now());
    return [{ stream: `server.${site.name}`, actor: "drydock", facts }];
  });
  await board.change(() =>
    [...board.rollouts.values()].flatMap((rollout) => {
      const facts = rollout.plan.server === site.name ? reviewDue(rollout, clock.now()) : [];
      return facts.length > 0 ? [{ stream: `rollout.${rollout.id}`, actor: "drydock", facts }] : [];
    }),
  );
  await board.change(() =>
    [...board.rollouts.values()].flatMap((rollout) => {
      if (rollout.plan.server !== site.name || isOver(rollout) || rollout.status === "stopping") return [];
      const left = rollout.status === "running" && progressOf(board, rollout).waiting > 0;
      const facts = dueOf(rollout, site.policy, clock.now(), left);
      return facts.length > 0 ? [{ stream: `rollout.${rollout.id}`, actor: "drydock", facts }] : [];
    }),
  );
}
