import { CARD, isPosted } from "../model/message-keys.ts";
import { isOpen, type Rollout } from "../model/rollout/rollout.ts";
import type { Upgrade } from "../model/upgrade/upgrade.ts";

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
