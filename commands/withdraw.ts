import { defineCommand } from "../src/conversation/command.ts";
import { say } from "../src/core/view.ts";
import type { Requests } from "../src/features/approval/approval-service.ts";

interface Ports {
  readonly requests: Requests;
}

/** Pressed on a request by whoever made it: `withdraw ROLLOUT KEY`. */
export const withdraw = defineCommand({
  name: "withdraw",
  summary: "take back what you asked for",
  args: {
    positional: { hint: "ROLLOUT", required: true, many: true },
    flags: {},
    example: "press Withdraw on a request",
  },
  async handler({ words: [id = "", key = ""] }, { call }, ports: Ports) {
    await ports.requests.withdraw({ id, key, person: call.person });
    return say("withdrawn", `You took ${id} back.`);
  },
});
