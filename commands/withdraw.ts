import { defineCommand } from "../src/app/command.ts";
import { say } from "../src/app/view.ts";

/** Pressed on a request by whoever made it: `withdraw ROLLOUT KEY`. */
export const withdraw = defineCommand({
  name: "withdraw",
  summary: "take back what you asked for",
  hidden: true,
  args: {
    positional: { hint: "ROLLOUT", required: true, many: true },
    flags: {},
    example: "press Withdraw on a request",
  },
  async handler({ words: [id = "", key = ""] }, { call, services }) {
    await services.requests.withdraw({ id, key, person: call.person });
    return say("withdrawn", `You took ${id} back.`);
  },
});
