import { defineCommand } from "../src/app/command.ts";
import { mayPauseOrStopNow } from "../src/app/conversation/run-control.ts";
import { UserError } from "../src/app/user-error.ts";
import { say } from "../src/app/view.ts";

export const unschedule = defineCommand({
  name: "unschedule",
  summary: "cancel a scheduled rollout",
  always: true,
  args: {
    positional: { hint: "ROLLOUT", required: true, many: false },
    flags: {},
    example: "/agents unschedule prod-142",
  },
  async handler(args, { services, call }) {
    const { rollout } = services.schedules.find((await services.visibility.required(args.words[0] ?? "", call)).id);
    if (!(await mayPauseOrStopNow(rollout, services, call.person)))
      throw new UserError(
        "not-owner-or-on-call",
        `Only its owner, approvers and the configured on-call people can cancel ${rollout.id}.`,
      );
    await services.schedules.unschedule(rollout.id, call.person);
    return say("unscheduled", `${rollout.id} is cancelled: its upgrades do not begin.`);
  },
});
