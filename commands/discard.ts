import { defineCommand } from "../src/conversation/command.ts";
import { say } from "../src/core/view.ts";
import type { Drafts } from "../src/features/plan/drafts.ts";

interface Ports {
  readonly drafts: Drafts;
}

/** Cancel, pressed on a plan: `discard DRAFT`. */
export const discard = defineCommand({
  name: "discard",
  summary: "discard a plan",
  args: { positional: { hint: "PLAN", required: true, many: false }, flags: {}, example: "press Cancel on a plan" },
  async handler(args, { call }, ports: Ports) {
    const taken = ports.drafts.take(args.words[0] ?? "", call.person);
    return say(
      taken.kind === "used" ? "plan-used" : "plan-cancelled",
      taken.kind === "used" ? "This plan was started or cancelled already." : "Cancelled: nothing was started.",
    );
  },
});
