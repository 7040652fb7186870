import { defineCommand } from "../src/app/command.ts";
import type { FollowPorts } from "../src/app/plans/press-start.ts";
import { pressStart } from "../src/app/plans/press-start.ts";
import type { DrawPlanPorts } from "../src/app/plans/selection.ts";

interface Ports extends DrawPlanPorts, FollowPorts {}

/** Pressed on a plan whose server wants approvals: `request DRAFT [what made the plan]`. */
export const request = defineCommand({
  name: "request",
  summary: "ask for the approvals that a plan needs",
  args: {
    positional: { hint: "PLAN", required: true, many: true },
    flags: {},
    example: "press Request approval on a plan",
  },
  handler: (args, context, ports: Ports) => pressStart("request", args.words, context, ports),
});
