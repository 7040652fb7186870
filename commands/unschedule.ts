import { defineCommand } from "../src/conversation/command.ts";
import { UserError } from "../src/core/user-error.ts";
import { say } from "../src/core/view.ts";
import type { MayPauseOrStopPorts } from "../src/features/rollout/run-control.ts";
import { mayPauseOrStopNow } from "../src/features/rollout/run-control.ts";
import type { Schedules } from "../src/features/schedule/schedule-service.ts";
import type { Visibility } from "../src/people/visibility.ts";

interface Ports extends MayPauseOrStopPorts {
  readonly schedules: Schedules;
  readonly visibility: Visibility;
}

export const unschedule = defineCommand({
  name: "unschedule",
  group: "Rollouts",
  summary: "cancel a scheduled rollout",
  always: true,
  args: {
    positional: { hint: "ROLLOUT", required: true, many: false },
    flags: {},
    example: "/agents unschedule prod-142",
  },
  async handler(args, { call }, ports: Ports) {
    const rollout = await ports.visibility.required(args.words[0] ?? "", call);
    if (!(await mayPauseOrStopNow(rollout, ports, call.person)))
      throw new UserError(
        "not-owner-or-on-call",
        `Only its owner, approvers and the configured on-call people can cancel ${rollout.id}.`,
      );
    await ports.schedules.unschedule(rollout.id, call.person);
    return say("unscheduled", `${rollout.id} is cancelled: its upgrades do not begin.`);
  },
});
