import { defineCommand } from "../src/app/command.ts";
import { chooseOne, stateWords } from "../src/app/conversation/run-control.ts";
import { UserError } from "../src/app/user-error.ts";
import { say } from "../src/app/view.ts";

const EXAMPLE = "/agents handover prod-142 @bob";

export const handover = defineCommand({
  name: "handover",
  summary: "offer your rollout to another person, who becomes its owner by accepting",
  inThread: true,
  args: { positional: { hint: "ROLLOUT @PERSON", required: true, many: true }, flags: {}, example: EXAMPLE },
  async handler({ words }, context) {
    const people = words.filter((word) => personIn(word) !== undefined);
    const to = personIn(people[0] ?? "");
    const [id, more] = words.filter((word) => !people.includes(word));
    if (to === undefined || people.length > 1 || more !== undefined)
      throw new UserError(
        "which-person",
        `Say which rollout, and to whom: type @ and choose the person. Example: ${EXAMPLE}`,
      );
    const act = { verb: "hand over", from: ["running", "paused"], already: stateWords } as const;
    const rollout = await chooseOne(act, id, context);
    await context.services.handovers.offer(rollout, context.call.person, to);
    return say("offered", [`${rollout.id} is offered to `, { person: to }, ". Until they accept, it is as it was."]);
  },
});

/** Slack writes a person as `<@U0123456789>`, or with their name behind a bar. */
function personIn(word: string): string | undefined {
  return /^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>$/.exec(word)?.[1];
}
