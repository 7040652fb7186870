import { type Cause, cause } from "../../core/cause.ts";
import type { Policy } from "../policy.ts";
import { isFailure } from "../upgrade/outcome.ts";
import { triesAgain, type Upgrade } from "../upgrade/upgrade.ts";
import type { Rollout } from "./rollout.ts";
import type { Retry } from "./rollout-guards.ts";
import type { Party } from "./rollout-parts.ts";

/** The retry that somebody has asked for and that has not begun: what failed is over only when it has. */
export function pendingRetry({ guards }: Rollout, { agent, attempt, outcome }: Upgrade): Retry | undefined {
  const retry = guards.retries.get(agent.id);
  const waits = retry?.attempt === attempt + 1 && retry.dropped === undefined;
  // What came back by itself is not retried.
  return waits && outcome !== undefined && isFailure(outcome.kind) ? retry : undefined;
}

/** Whether another attempt follows this one by itself: it was not found unable to begin, and no person has asked for it. */
export function repeats({ guards }: Rollout, upgrade: Upgrade): boolean {
  const { agent, attempt } = upgrade;
  const [dropped, asked] = [guards.notFollowed.get(agent.id), guards.retries.get(agent.id)];
  return triesAgain(upgrade) && dropped?.attempt !== attempt + 1 && asked?.attempt !== attempt + 1;
}

/** Whether another attempt follows this one: by itself, or because a person asked for it. Of a rollout that ends there are none. */
export function followsUp(rollout: Rollout, upgrade: Upgrade): boolean {
  const goesOn = rollout.status === "running" || rollout.status === "paused";
  return goesOn && (repeats(rollout, upgrade) || pendingRetry(rollout, upgrade) !== undefined);
}

/** Why a failed agent cannot be retried now; undefined where it can. */
export function retryBlocked(rollout: Rollout, upgrade: Upgrade, { retryPauses }: Policy): Cause | undefined {
  const times = rollout.guards.retries.get(upgrade.agent.id)?.times ?? 0;
  if (followsUp(rollout, upgrade)) return cause("retry-pending");
  if (upgrade.holdsSlot) return cause("may-still-upgrade");
  if (times >= retryPauses.length) return cause("retried-enough", { times });
  return undefined;
}

export interface RetryDecision {
  /** Nothing is written where none is left. */
  readonly retried: readonly { readonly id: string; readonly attempt: number; readonly notBefore: number }[];
  readonly leftOut: readonly { readonly name: string; readonly why: Cause }[];
}

/** Which of these agents are tried again, and when: each time longer after its failure than the time before. */
export function decideRetry(
  rollout: Rollout,
  failed: readonly Upgrade[],
  { policy, now }: { readonly policy: Policy; readonly now: number },
): RetryDecision {
  const leftOut: { readonly name: string; readonly why: Cause }[] = [];
  const retried = failed.flatMap((upgrade) => {
    const { agent, attempt, outcome } = upgrade;
    if (!outcome || !isFailure(outcome.kind)) return [];
    const why = retryBlocked(rollout, upgrade, policy);
    if (why !== undefined) {
      leftOut.push({ name: agent.name, why });
      return [];
    }
    const pause = policy.retryPauses[rollout.guards.retries.get(agent.id)?.times ?? 0] ?? 0;
    // If the clock was set back meanwhile, the failure seems to be still to come.
    return [{ id: agent.id, attempt: attempt + 1, notBefore: Math.max(now, Math.min(now, outcome.at) + pause) }];
  });
  return { retried, leftOut };
}

/** What is written down of it. */
export function retryEvent(by: Party, failed: string | null, { retried }: RetryDecision) {
  return {
    type: "rollout.retried",
    data: { by: by.person, serverUser: by.user, cause: failed, agents: retried },
  } as const;
}
