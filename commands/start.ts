import { defineCommand } from "../src/conversation/command.ts";
import type { DrawPlanPorts } from "../src/features/plan/selection.ts";
import { pressStart } from "../src/features/plan/start-buttons.ts";
import type { FollowPorts } from "../src/features/rollout/rollout-port.ts";

interface Ports extends DrawPlanPorts, FollowPorts {}

/** Pressed on a plan, or the server's name typed: `start DRAFT [what made the plan]`. */
export const start = defineCommand({
  name: "start",
  summary: "start the rollout that a plan describes",
  args: { positional: { hint: "PLAN", required: true, many: true }, flags: {}, example: "press Start on a plan" },
  handler: (args, context, ports: Ports) => pressStart("start", args.words, context, ports),
});
