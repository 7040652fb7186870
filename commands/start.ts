import { defineCommand } from "../src/app/command.ts";
import { pressStart } from "../src/app/plans/press-start.ts";

/** Pressed on a plan, or the server's name typed: `start DRAFT [what made the plan]`. */
export const start = defineCommand({
  name: "start",
  summary: "start the rollout that a plan describes",
  hidden: true,
  args: { positional: { hint: "PLAN", required: true, many: true }, flags: {}, example: "press Start on a plan" },
  handler: (args, context) => pressStart("start", args.words, context),
});
