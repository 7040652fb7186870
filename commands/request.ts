import { defineCommand } from "../src/app/command.ts";
import { pressStart } from "../src/app/plans/press-start.ts";

/** Pressed on a plan whose server wants approvals: `request DRAFT [what made the plan]`. */
export const request = defineCommand({
  name: "request",
  summary: "ask for the approvals that a plan needs",
  hidden: true,
  args: {
    positional: { hint: "PLAN", required: true, many: true },
    flags: {},
    example: "press Request approval on a plan",
  },
  handler: (args, context) => pressStart("request", args.words, context),
});
