import { defineCommand } from "../src/conversation/command.ts";
import { typedName } from "../src/conversation/typed-name.ts";
import { say } from "../src/core/view.ts";
import type { Handovers } from "../src/features/handover/handover-service.ts";
import { causesText } from "../src/phrases/cause-text.ts";

interface Ports {
  readonly handovers: Handovers;
}

/** Pressed on an offer, or the server's name typed: `accept ROLLOUT N`. */
export const accept = defineCommand({
  name: "accept",
  summary: "take over a rollout that was offered to you",
  args: { positional: { hint: "ROLLOUT", required: true, many: true }, flags: {}, example: "press Accept on an offer" },
  async handler({ words }, { call }, ports: Ports) {
    const [id = "", n = ""] = words;
    const press = { id, n: Number(n), person: call.person };
    const form = typedName(ports.handovers.serverOf(press), call, {
      title: `Take over ${id}`,
      line: [`The agents that still wait in ${id} are upgraded with your permissions. You become its owner.`],
      command: "accept",
      args: words,
    });
    if (form) return form;
    const asks = await ports.handovers.accept(press);
    if (!asks) return say("accepted", `You are the owner of ${id} now. Its upgrades run with your permissions.`);
    return say("accepted-needs-approval", [
      `You are the owner of ${id} now. It needs approval before it resumes. `,
      ...causesText(asks),
    ]);
  },
});
