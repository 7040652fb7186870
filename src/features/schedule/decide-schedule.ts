import { type Cause, cause } from "../../core/cause.ts";
import { blockedAt } from "../../gates/index.ts";
import { askAgain } from "../../model/rollout/ask-again.ts";
import { approvalsWanted, type Decision, isScheduled } from "../../model/rollout/request.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { RolloutEvent } from "../../model/rollout/rollout-events.ts";
import type { Today } from "../../model/today.ts";

/** Why a start is not moved, or not cancelled. */
export type ScheduleRefusal =
  | { readonly code: "nothing-to-move" | "nothing-to-cancel" | "not-requester"; readonly rollout: string }
  | { readonly code: "rules"; readonly causes: readonly Cause[] };

/**
 * Moves a scheduled start. Approvals were given for the other time, so they are asked for again: otherwise a rollout could be
 * moved away from what its approvers saw.
 */
export function decideReschedule(
  rollout: Rollout,
  given: Today & { readonly by: string; readonly at: number },
): Decision<ScheduleRefusal> {
  const { by, at, policy, now } = given;
  const { id, owner } = rollout;
  if (!isScheduled(rollout)) return { refusal: { code: "nothing-to-move", rollout: id } };
  if (owner !== by) return { refusal: { code: "not-requester", rollout: id } };
  const blocked = blockedAt("start-time", "start", { now, startAt: at, scheduled: 0 }, policy);
  if (blocked.length > 0) return { refusal: { code: "rules", causes: blocked.map((found) => found.cause) } };
  const moved: RolloutEvent = { type: "rollout.rescheduled", data: { at, by } };
  if (approvalsWanted(rollout, policy) === 0) return { events: [moved] };
  const because = [cause("start-moved")];
  return { events: [moved, askAgain({ ...rollout, schedule: { at } }, given, because)] };
}

/** @param by who may stop rollouts. */
export function decideUnschedule(rollout: Rollout, by: string): Decision<ScheduleRefusal> {
  if (!isScheduled(rollout)) return { refusal: { code: "nothing-to-cancel", rollout: rollout.id } };
  return {
    events: [
      { type: "rollout.unscheduled", data: { by, because: [] } },
      { type: "rollout.withdrawn", data: { by } },
    ],
  };
}
