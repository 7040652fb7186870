import type { Policy } from "../../domain/policy.ts";
import { canariesOf, holdsRest } from "../../domain/rollouts/canaries.ts";
import { followsUp } from "../../domain/rollouts/retry.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import type { RolloutFact } from "../../domain/rollouts/rollout-facts.ts";
import { steer } from "../../domain/rollouts/steer.ts";
import type { Board } from "../board.ts";
import { newestAttempts, progressOf } from "./settle.ts";

/**
 * What the rollout's own course brings now, see domain/steer.
 * @param relayNames by id, for what people are told.
 */
export function steerFacts(
  board: Board,
  rollout: Rollout,
  policy: Policy,
  relayNames?: ReadonlyMap<string, string>,
): readonly RolloutFact[] {
  if (rollout.status !== "running") return [];
  return steer({
    rollout,
    policy,
    upgrades: newestAttempts(board, rollout),
    retried: (upgrade) => followsUp(rollout, upgrade),
    left: progressOf(board, rollout).waiting > 0,
    relayName: (relay) => relayNames?.get(relay) ?? relay,
  });
}

/** The only agents that may begin, while the rest waits for them; undefined where all may. */
export function onlyThese(board: Board, rollout: Rollout): ReadonlySet<string> | undefined {
  if (!holdsRest(rollout)) return undefined;
  const canaries = canariesOf(rollout, (id) => board.attempts(rollout.id, id).at(-1));
  return new Set(canaries.map(({ id }) => id));
}

/** Whether the rollout's course lets this agent begin: asked once more just before the request, on the ledger as it is then. */
export function letsBegin(board: Board, rollout: Rollout, policy: Policy, agentId: string): boolean {
  const stops = steerFacts(board, rollout, policy).some(({ type }) => type === "rollout.paused");
  return !stops && (onlyThese(board, rollout)?.has(agentId) ?? true);
}
