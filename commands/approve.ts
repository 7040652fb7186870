import { defineCommand } from "../src/conversation/command.ts";
import { say } from "../src/core/view.ts";
import type { Requests } from "../src/features/approval/approval-service.ts";

interface Ports {
  readonly requests: Requests;
}

/** Pressed on a request: `approve ROLLOUT KEY`. */
export const approve = defineCommand({
  name: "approve",
  summary: "approve a rollout that another person asked for",
  args: {
    positional: { hint: "ROLLOUT", required: true, many: true },
    flags: {},
    example: "press Approve on a request",
  },
  async handler({ words: [id = "", key = ""] }, { call }, ports: Ports) {
    const { has, wants } = await ports.requests.approve({ id, key, person: call.person, callId: call.id });
    return say(
      has < wants ? "approved-needs-more" : "approved",
      has < wants
        ? `You approved ${id}: ${has} of ${wants} approvals. It waits for another.`
        : `You approved ${id}: it has its ${wants === 1 ? "approval" : `${wants} approvals`}. Nothing more to do.`,
    );
  },
});
