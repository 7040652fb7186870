import { defineCommand } from "../src/app/command.ts";
import { say } from "../src/app/view.ts";

/** Pressed on an offer by whoever it was made to, or who made it: `decline ROLLOUT N`. */
export const decline = defineCommand({
  name: "decline",
  summary: "leave an offered rollout with whoever has it",
  hidden: true,
  args: {
    positional: { hint: "ROLLOUT", required: true, many: true },
    flags: {},
    example: "press Decline on an offer",
  },
  async handler({ words: [id = "", n = ""] }, { call, services }) {
    await services.handovers.decline({ id, n: Number(n), person: call.person });
    return say("declined", `${id} stays with whoever has it.`);
  },
});
