import { cause } from "../../core/cause.ts";
import { plainWords } from "../../gates/describe-policy.ts";
import { follow } from "../../gates/follow.ts";
import { blockedAt, phraseOf } from "../../gates/index.ts";
import { ofRollout } from "../../gates/rollout-situation.ts";
import type { Policy } from "../../model/policy.ts";
import { approvalsWanted, type Decision, isApproved, isAsking } from "../../model/rollout/request.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { RolloutEvent } from "../../model/rollout/rollout-events.ts";
import { closing, isOpen, nextOpening } from "../../model/windows.ts";
import { askAgain } from "../approval/decide-ask-again.ts";

/** When a window opens next, from now on: not the one that is open already. Undefined where none does within eight days. */
export function nextWindow(policy: Policy, now: number): number | undefined {
  const { windows } = policy;
  if (windows.length === 0) return undefined;
  const closes = isOpen(windows, now) ? closing(windows, now) : now;
  return closes === undefined ? undefined : nextOpening(windows, closes);
}

/** Whether it begins later, by itself. */
export function isScheduled(rollout: Rollout): boolean {
  return rollout.schedule !== undefined && rollout.status === "requested" && isAsking(rollout);
}

/** Whether its time has not come yet. */
export function waitsForTime(rollout: Rollout, now: number): boolean {
  return isScheduled(rollout) && now < (rollout.schedule?.at ?? 0);
}

/**
 * What becomes of a scheduled start whose time has come and that cannot begin: it is asked again where it wants approvals,
 * otherwise its owner has to start it. It is also asked once approvals are wanted that were not before. Nothing = it may
 * begin, or its time has not come.
 */
export function scheduleDue(rollout: Rollout, policy: Policy, now: number): readonly RolloutEvent[] {
  const { schedule } = rollout;
  if (!schedule || !isScheduled(rollout)) return [];
  const isDue = isApproved(rollout, policy) && now >= schedule.at;
  const at = isDue ? "start-due" : "scheduled";
  const asked = isDue ? { ...rollout, schedule: undefined } : rollout;
  const blocked = blockedAt(at, "rollout", ofRollout(rollout, now), policy);
  return follow(at, rollout, blocked, (because) => askAgain(asked, policy, now, because));
}

/**
 * Moves a scheduled start. Approvals were given for the other time, so they are asked for again: otherwise a rollout could be
 * moved away from what its approvers saw.
 */
export function decideReschedule(
  rollout: Rollout,
  given: { readonly by: string; readonly at: number; readonly policy: Policy; readonly now: number },
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
  return { events: [moved, askAgain({ ...rollout, schedule: { at } }, policy, now, because)] };
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
