import { defineCommand } from "../src/conversation/command.ts";
import type { Call } from "../src/core/call.ts";
import { UserError } from "../src/core/user-error.ts";
import { say } from "../src/core/view.ts";
import type { Requests } from "../src/features/approval/approval-service.ts";
import { stateWords } from "../src/features/rollout/act.ts";
import type { Schedules } from "../src/features/schedule/schedule-service.ts";
import { isAsking, isScheduled, requestKey } from "../src/model/rollout/request.ts";
import type { Rollout } from "../src/model/rollout/rollout.ts";
import type { FindRollout } from "../src/people/find-rollout.ts";
import type { MayPauseOrStopPorts } from "../src/people/may-pause-or-stop.ts";
import { mayPauseOrStopNow, pauseOrStopRefused } from "../src/people/may-pause-or-stop.ts";

interface Ports extends MayPauseOrStopPorts {
  readonly findRollout: FindRollout;
  readonly requests: Requests;
  readonly schedules: Schedules;
}

/** Typed, or pressed on a card. The button of a request carries its key, so that it cannot cancel a later round. */
export const cancel = defineCommand({
  name: "cancel",
  group: "Steer",
  summary: "cancel a scheduled rollout, or your own request",
  always: true,
  args: { positional: { hint: "ROLLOUT", required: true, many: true }, flags: {}, example: "cancel prod-142" },
  async handler({ words }, { call }, ports: Ports) {
    const [first = "", key] = words;
    const names = call.via === "button" ? [first] : words;
    const rollouts = await Promise.all(names.map((name) => ports.findRollout(name, call)));
    const cancelled: string[] = [];
    for (const rollout of rollouts) {
      try {
        await cancelOne(rollout, call.via === "button" ? key : undefined, call, ports);
      } catch (error) {
        if (!(error instanceof UserError) || cancelled.length === 0) throw error;
        throw new UserError("not-all-cancelled", [`You cancelled ${cancelled.join(", ")}. `, ...error.line]);
      }
      cancelled.push(rollout.id);
    }
    return say("cancelled", ...cancelledWords(rollouts));
  },
});

/** A rollout that has begun loses only its request. */
function cancelledWords(rollouts: readonly Rollout[]): readonly string[] {
  const begun = rollouts.filter(({ status }) => status === "paused");
  const others = rollouts.filter((rollout) => !begun.includes(rollout)).map(({ id }) => id);
  const their = others.length === 1 ? "its" : "their";
  return [
    ...(others.length > 0 ? [`You cancelled ${others.join(", ")}: ${their} upgrades do not start.`] : []),
    ...begun.map(({ id }) => `You withdrew the request of ${id}: it stays paused.`),
  ];
}

/** @param key of the request, on a button. Throws UserError. */
async function cancelOne(rollout: Rollout, key: string | undefined, call: Call, ports: Ports): Promise<void> {
  const { id, request, status } = rollout;
  if (isScheduled(rollout)) {
    const may = await mayPauseOrStopNow(rollout, ports, call.person);
    if (!may) throw pauseOrStopRefused(may, `cancel ${id}`);
    return await ports.schedules.unschedule(id, call);
  }
  const isOpen = status === "requested" || status === "closed" || isAsking(rollout);
  if (!request || !isOpen)
    throw new UserError("wrong-state", `${id} is ${stateWords(rollout)}. Stop ends a rollout that has started.`);
  await ports.requests.withdraw({ id, key: key ?? requestKey(request), person: call.person, callId: call.id });
}
