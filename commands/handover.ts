import { defineCommand } from "../src/conversation/command.ts";
import { UserError } from "../src/core/user-error.ts";
import { say } from "../src/core/view.ts";
import type { Handovers } from "../src/features/handover/handover-service.ts";
import { stateWords } from "../src/features/rollout/act.ts";
import type { ChooseOnePorts } from "../src/features/rollout/run-control.ts";
import { chooseOne } from "../src/features/rollout/run-control.ts";

const EXAMPLE = "handover prod-142 @bob";

interface Ports extends ChooseOnePorts {
  readonly handovers: Handovers;
}

export const handover = defineCommand({
  name: "handover",
  group: "Steer",
  summary: "offer your rollout to another person, who becomes its owner by accepting",
  inThread: true,
  args: { positional: { hint: "ROLLOUT @PERSON", required: true, many: true }, flags: {}, example: EXAMPLE },
  async handler({ words }, context, ports: Ports) {
    const { call, word } = context;
    const named = ("people" in call && call.people) || {};
    const people = words.filter((typed) => Object.hasOwn(named, typed));
    const to = named[people[0] ?? ""];
    const [id, more] = words.filter((typed) => !people.includes(typed));
    if (to === undefined || people.length > 1 || more !== undefined)
      throw new UserError(
        "which-person",
        `Name the rollout and one person: type @ and choose them. Example: ${word} ${EXAMPLE}`,
      );
    const act = { verb: "hand over", from: ["running", "paused"], already: stateWords } as const;
    const rollout = await chooseOne(act, id, context, ports);
    await ports.handovers.offer(rollout, call.person, to);
    return say("offered", [
      `You offered ${rollout.id} to `,
      { person: to },
      ". Its owner stays the same until they accept.",
    ]);
  },
});
