import { type Cause, cause } from "../../core/cause.ts";
import type { Policy } from "../../model/policy.ts";
import { approvalsWanted, type Decision, isApproved, isAsking } from "../../model/rollout/request.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { RolloutEvent } from "../../model/rollout/rollout-events.ts";
import { closing, isOpen, nextOpening, openingWords } from "../../model/windows.ts";
import { askAgain } from "../approval/decide-ask-again.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** A start that is later than this asks again, because the approvers agreed to another moment. */
const LATEST = 15 * MINUTE;
/** Nobody agrees to what is further away: fleets and people change. */
const FURTHEST = 14 * DAY;

/** Why nothing can be scheduled for that time; undefined where it can. */
export function scheduleBlocked({ server, windows }: Policy, at: number, now: number): string | undefined {
  if (at <= now) return "That time is over: expected one to come, e.g. --at 22:30.";
  if (at - now > FURTHEST) return "A rollout can be scheduled at most 14 days ahead.";
  const opens = openingWords(windows, at);
  return (
    opens &&
    `No window of ${server} is open then; the next after it opens ${opens}. Use --at next-window for the next from now on.`
  );
}

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
  const { schedule, request } = rollout;
  if (!schedule || !isScheduled(rollout)) return [];
  // It was scheduled when no approvals were wanted: nobody has been asked yet.
  if (!isApproved(rollout, policy))
    return request?.needed === 0
      ? [askAgain(rollout, policy, now, [cause("approval-required-now", { server: policy.server })])]
      : [];
  if (now < schedule.at) return [];
  const because = whyNot(policy, schedule.at, now);
  if (because === undefined) return [];
  const off: RolloutEvent = { type: "rollout.unscheduled", data: { by: "drydock", because } };
  if (approvalsWanted(rollout, policy) === 0)
    return [off, { type: "rollout.denied", data: { by: "drydock", causes: because } }];
  return [off, askAgain({ ...rollout, schedule: undefined }, policy, now, because)];
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
  const blocked = scheduleBlocked(policy, at, now);
  if (blocked !== undefined) return { refusal: blocked };
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

function whyNot({ server, windows }: Policy, at: number, now: number): readonly Cause[] | undefined {
  if (now > at + LATEST) return [cause("start-time-missed", { server })];
  return isOpen(windows, now) ? undefined : [cause("start-window-closed", { server })];
}
