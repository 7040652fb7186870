import { defineCommand } from "../../conversation/command.ts";
import { typedName } from "../../conversation/typed-name.ts";
import { say } from "../../core/view.ts";
import type { Policy } from "../../model/policy.ts";
import { isAsking, isHeld } from "../../model/rollout/request.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import { causesText } from "../../phrases/cause-text.ts";
import type { Handovers } from "./handover-service.ts";
import { RESUMES_NOTHING } from "./handover-view.ts";

interface HandoverPorts {
  readonly handovers: Handovers;
}

/** Pressed on an offer, or the server's name typed: `accept ROLLOUT N`. */
export const accept = defineCommand({
  name: "accept",
  summary: "take over a rollout that was offered to you",
  args: { positional: { hint: "ROLLOUT", required: true, many: true }, flags: {}, example: "press Accept on an offer" },
  async handler({ words }, { call }, ports: HandoverPorts) {
    const [id = "", n = ""] = words;
    const press = { id, n: Number(n), person: call.person, callId: call.id };
    const form = typedName(ports.handovers.serverOf(press), call, () => ({
      title: `Take over ${id}`,
      line: [
        `The agents that still wait in ${id} are upgraded with your permissions. You become its owner. ${RESUMES_NOTHING}`,
      ],
      command: "accept",
      args: words,
    }));
    if (form) return form;
    const { asks, rollout, policy } = await ports.handovers.accept(press);
    if (!asks) return say("accepted", `You are the owner of ${id} now. ${nextOf(rollout, policy)}`);
    return say("accepted-needs-approval", [
      `You are the owner of ${id} now. It needs approval before it resumes. `,
      ...causesText(asks),
    ]);
  },
});

/** What becomes of it by itself: accepting resumes nothing. */
function nextOf(rollout: Rollout, policy: Policy): string {
  if (rollout.status !== "paused") return "Its upgrades run with your permissions.";
  if (!isAsking(rollout) || isHeld(rollout, policy))
    return "It stays paused until a person presses Resume on its card.";
  return "It resumes with your permissions when it has its approvals.";
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
  async handler({ words: [id = "", n = ""] }, { call }, ports: HandoverPorts) {
    await ports.handovers.decline({ id, n: Number(n), person: call.person, callId: call.id });
    return say("declined", `You declined ${id}. Its owner stays the same.`);
  },
});
