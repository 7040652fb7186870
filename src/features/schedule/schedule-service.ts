import type { Caller } from "../../core/call.ts";
import type { Clock } from "../../core/ports.ts";
import { UserError } from "../../core/user-error.ts";
import { lineText } from "../../core/view.ts";
import { causesText } from "../../phrases/cause-text.ts";
import { changeRollout } from "../../servers/change-rollout.ts";
import type { RolloutPorts } from "../../servers/current-rollout.ts";
import { todayOn } from "../../servers/today-on.ts";
import { decideReschedule, decideUnschedule, type ScheduleRefusal } from "./decide-schedule.ts";

/** Moves and cancels starts that are still to come. Both throw a UserError that says why not. */
export interface Schedules {
  reschedule(id: string, call: Caller, at: number): Promise<void>;
  /** @param call by a person who may stop the rollout. */
  unschedule(id: string, call: Caller): Promise<void>;
}

const refused = (why: ScheduleRefusal) => new UserError("schedule-refused", scheduleRefusal(why));

export function createSchedules(ports: RolloutPorts & { readonly clock: Clock }): Schedules {
  return {
    async reschedule(id, { person, id: callId }, at) {
      await changeRollout(ports, { id, person, callId, refused }, ({ rollout, server }) =>
        decideReschedule(rollout, { by: person, at, ...todayOn(server, ports) }),
      );
    },
    async unschedule(id, { person, id: callId }) {
      await changeRollout(ports, { id, person, callId, refused }, ({ rollout }) => decideUnschedule(rollout, person));
    },
  };
}

function scheduleRefusal(why: ScheduleRefusal): string {
  switch (why.code) {
    case "nothing-to-move":
      return `${why.rollout} is not scheduled: there is no start to move.`;
    case "nothing-to-cancel":
      return `${why.rollout} is not scheduled: there is nothing to cancel.`;
    case "not-requester":
      return `Only the requester of ${why.rollout} can move its start. Approvers and on-call people can cancel it.`;
    case "rules":
      return lineText(causesText(why.causes));
  }
}
