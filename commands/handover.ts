import { defineCommand } from "../src/conversation/command.ts";
import { UserError } from "../src/core/user-error.ts";
import { say } from "../src/core/view.ts";
import type { Handovers } from "../src/features/handover/handover-service.ts";
import type { ChooseOnePorts } from "../src/features/rollout/run-control.ts";
import { chooseOne, stateWords } from "../src/features/rollout/run-control.ts";

const EXAMPLE = "/agents handover prod-142 @bob";

interface Ports extends ChooseOnePorts {
  readonly handovers: Handovers;
}

export const handover = defineCommand({
  name: "handover",
  group: "Rollouts",
  summary: "offer your rollout to another person, who becomes its owner by accepting",
  inThread: true,
  args: { positional: { hint: "ROLLOUT @PERSON", required: true, many: true }, flags: {}, example: EXAMPLE },
  async handler({ words }, context, ports: Ports) {
    const { call } = context;
    const named = ("people" in call && call.people) || {};
    const people = words.filter((word) => Object.hasOwn(named, word));
    const to = named[people[0] ?? ""];
    const [id, more] = words.filter((word) => !people.includes(word));
    if (to === undefined || people.length > 1 || more !== undefined)
      throw new UserError(
        "which-person",
        `Say which rollout, and to whom: type @ and choose the person. Example: ${EXAMPLE}`,
      );
    const act = { verb: "hand over", from: ["running", "paused"], already: stateWords } as const;
    const rollout = await chooseOne(act, id, context, ports);
    await ports.handovers.offer(rollout, call.person, to);
    return say("offered", [`${rollout.id} is offered to `, { person: to }, ". Until they accept, it is as it was."]);
  },
});
