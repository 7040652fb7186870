import { defineCommand } from "../src/app/command.ts";
import { say } from "../src/app/view.ts";

/** Pressed on a plan: `cancel DRAFT`. */
export const cancel = defineCommand({
  name: "cancel",
  summary: "put a plan away",
  hidden: true,
  args: { positional: { hint: "PLAN", required: true, many: false }, flags: {}, example: "press Cancel on a plan" },
  async handler(args, { services, call }) {
    const taken = services.drafts.take(args.words[0] ?? "", call.person);
    return say(
      taken.kind === "used" ? "plan-used" : "plan-cancelled",
      taken.kind === "used" ? "This plan was started or cancelled already." : "Cancelled: nothing was started.",
    );
  },
});
