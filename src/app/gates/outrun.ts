import { outrunWords } from "../../domain/gates/outrun.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import type { Board } from "../board.ts";
import type { Site } from "../site.ts";

/** Why agents of a running rollout do not begin before the window closes; undefined where all of them still may. */
export function outrunOf(board: Board, site: Site, rollout: Rollout, now: number): string | undefined {
  if (rollout.status !== "running" || site.policy.windows.length === 0) return undefined;
  const waiting = rollout.plan.agents.filter(({ id }) => board.attempts(rollout.id, id).length === 0);
  const expected = waiting.map((agent) => board.learned.expect(site.name, agent).ms);
  return outrunWords(site.policy, now, expected);
}
