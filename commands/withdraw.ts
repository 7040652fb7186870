import { defineCommand } from "../src/app/command.ts";
import type { Requests } from "../src/app/gates/requests.ts";
import { say } from "../src/app/view.ts";

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
