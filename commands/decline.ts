import { defineCommand } from "../src/conversation/command.ts";
import { say } from "../src/core/view.ts";
import type { Handovers } from "../src/features/handover/handover-service.ts";

interface Ports {
  readonly handovers: Handovers;
}

/** Pressed on an offer by whoever it was made to, or who made it: `decline ROLLOUT N`. */
export const decline = defineCommand({
  name: "decline",
  summary: "decline a rollout that was offered to you",
  args: {
    positional: { hint: "ROLLOUT", required: true, many: true },
    flags: {},
    example: "press Decline on an offer",
  },
  async handler({ words: [id = "", n = ""] }, { call }, ports: Ports) {
    await ports.handovers.decline({ id, n: Number(n), person: call.person });
    return say("declined", `You declined ${id}. Its owner stays the same.`);
  },
});
