import { defineCommand } from "../src/conversation/command.ts";
import type { Clock } from "../src/core/ports.ts";
import { say } from "../src/core/view.ts";
import { withTimeout } from "../src/core/with-timeout.ts";
import type { Requests } from "../src/features/approval/approval-service.ts";
import { denyModal } from "../src/features/approval/deny-view.ts";

/** A trigger_id opens a form for 3 s: whoever it takes longer to look up is told after they have given their reason. */
const TIMEOUT = 1_500;

interface Ports {
  readonly clock: Clock;
  readonly requests: Requests;
}

/** Pressed on a request: `deny ROLLOUT KEY`; its form comes back with the same arguments and a reason. */
export const deny = defineCommand({
  name: "deny",
  summary: "deny a rollout that another person asked for, with a reason",
  args: { positional: { hint: "ROLLOUT", required: true, many: true }, flags: {}, example: "press Deny on a request" },
  async handler({ words: [id = "", key = ""] }, { call }, ports: Ports) {
    const press = { id, key, person: call.person, callId: call.id };
    if (call.via !== "form") {
      await withTimeout(ports.clock, TIMEOUT, ports.requests.mayDeny(press));
      return denyModal(id, [id, key]);
    }
    const reason = call.values.reason?.[0]?.trim() ?? "";
    if (reason === "") return { errors: { reason: "Type a reason for the requester. Example: not on patch day." } };
    if (reason.length > 500) return { errors: { reason: "500 characters at most." } };
    await ports.requests.deny(press, reason);
    return say("denied", `You denied ${id}.`);
  },
});
