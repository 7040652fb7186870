import { CARD, isPosted } from "../model/message-keys.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import { isOpen } from "../model/rollout/rollout.ts";
import type { Post } from "../model/rollout/rollout-parts.ts";
import type { Upgrade } from "../model/upgrade/upgrade.ts";

/** What is kept of an ended rollout that was taken out of memory. The rest is read from the ledger again when a person asks for it. */
export interface PastRollout {
  readonly card: Post | undefined;
}

/** The newest ended rollouts stay in memory, up to this number, if they have no more agents in all than the next. */
const MAX_KEPT = { rollouts: 10, agents: 1_000 };

/** Of these rollouts, oldest first, those that need not stay in memory. */
export function leaving(
  rollouts: Iterable<Rollout>,
  attempts: (rollout: string) => readonly Upgrade[],
): readonly Rollout[] {
  const ended = [...rollouts].filter((rollout) => !isOpen(rollout));
  return ended
    .slice(0, ended.length - fitting(ended, MAX_KEPT))
    .filter((rollout) => isTold(rollout, attempts(rollout.id)));
}

/** How many of these, counted from the newest, are within the bounds. */
export function fitting(
  rollouts: readonly Rollout[],
  most: { readonly rollouts: number; readonly agents: number },
): number {
  let count = 0;
  let agents = 0;
  for (const { plan } of [...rollouts].reverse()) {
    agents += plan.agents.length;
    if (count === most.rollouts || agents > most.agents) break;
    count += 1;
  }
  return count;
}

/** Whether a rollout and all of its attempts are over, and Slack was told everything, whatever the configuration. In doubt it was not. */
export function isTold(rollout: Rollout, attempts: readonly Upgrade[]): boolean {
  if (isOpen(rollout) || attempts.some(({ closed }) => !closed)) return false;
  if (!isPosted(rollout, CARD) || rollout.posts.get(CARD)?.stale === true) return false;
  return keysOf(rollout, attempts).every((key) => isPosted(rollout, key));
}

function keysOf(rollout: Rollout, attempts: readonly Upgrade[]): readonly string[] {
  const { status, plan, review, request, renewedAs, dropped, offer, endedPosition = 0 } = rollout;
  const reviewed = review ? ["alert", "review-closed"] : [];
  if (status === "closed")
    return [
      ...reviewed,
      ...(request ? [`closed-${request.round}`] : []),
      ...(renewedAs === undefined ? [] : ["renewed"]),
      ...(dropped.length > 0 ? ["dropped"] : []),
      ...(offer?.over && offer.over !== "void" ? [`offer-${offer.n}-over`] : []),
    ];
  if (plan.relays) return [...reviewed, "end"];
  const late = attempts.filter(({ outcome }) => outcome && outcome.position > endedPosition);
  const changed = late.map(({ agent, attempt, outcome }) => `late-${agent.id}-${attempt}-${outcome?.kind}`);
  return [...reviewed, "end", "file", ...changed];
}
