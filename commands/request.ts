import { defineCommand } from "../src/conversation/command.ts";
import type { DrawPlanPorts } from "../src/features/plan/selection.ts";
import { pressStart } from "../src/features/plan/start-buttons.ts";
import type { FollowPorts } from "../src/features/rollout/rollout-port.ts";

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
