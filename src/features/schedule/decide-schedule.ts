import { cause } from "../../core/cause.ts";
import { plainWords } from "../../gates/describe-policy.ts";
import { blockedAt, phraseOf } from "../../gates/index.ts";
import { askAgain } from "../../model/rollout/ask-again.ts";
import { approvalsWanted, type Decision, isScheduled } from "../../model/rollout/request.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { RolloutEvent } from "../../model/rollout/rollout-events.ts";
import type { Today } from "../../model/today.ts";

/**
 * Moves a scheduled start. Approvals were given for the other time, so they are asked for again: otherwise a rollout could be
 * moved away from what its approvers saw.
 */
export function decideReschedule(
  rollout: Rollout,
  given: Today & { readonly by: string; readonly at: number },
): Decision {
  const { by, at, policy, now } = given;
  const { id, owner } = rollout;
  if (!isScheduled(rollout)) return { refusal: `${id} is not scheduled: there is no start to move.` };
  if (owner !== by)
    return { refusal: `Only the requester of ${id} can move its start. Approvers and on-call people can cancel it.` };
  const blocked = blockedAt("start-time", "start", { now, startAt: at, scheduled: 0 }, policy);
  if (blocked.length > 0) return { refusal: plainWords(blocked.map(phraseOf)) };
  const moved: RolloutEvent = { type: "rollout.rescheduled", data: { at, by } };
  if (approvalsWanted(rollout, policy) === 0) return { events: [moved] };
  const because = [cause("start-moved")];
  return { events: [moved, askAgain({ ...rollout, schedule: { at } }, given, because)] };
}

/** @param by who may stop rollouts. */
export function decideUnschedule(rollout: Rollout, by: string): Decision {
  if (!isScheduled(rollout)) return { refusal: `${rollout.id} is not scheduled: there is nothing to cancel.` };
  return {
    events: [
      { type: "rollout.unscheduled", data: { by, because: [] } },
      { type: "rollout.withdrawn", data: { by } },
    ],
  };
}
