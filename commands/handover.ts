import { defineCommand } from "../src/conversation/command.ts";
import type { Call } from "../src/core/call.ts";
import { UserError } from "../src/core/user-error.ts";
import { type FieldErrors, say, type View } from "../src/core/view.ts";
import type { Handovers } from "../src/features/handover/handover-service.ts";
import { handoverModal } from "../src/features/handover/handover-view.ts";
import { stateWords } from "../src/features/rollout/act.ts";
import type { ChooseOnePorts } from "../src/features/rollout/run-control.ts";
import { chooseOne } from "../src/features/rollout/run-control.ts";
import type { Rollout } from "../src/model/rollout/rollout.ts";

const EXAMPLE = "handover prod-142 @bob";

interface Ports extends ChooseOnePorts {
  readonly handovers: Handovers;
}

export const handover = defineCommand({
  name: "handover",
  group: "Steer",
  summary: "offer your rollout to another person",
  inThread: true,
  args: { positional: { hint: "ROLLOUT @PERSON", required: true, many: true }, flags: {}, example: EXAMPLE },
  async handler({ words }, context, ports: Ports) {
    const { call, word } = context;
    const act = { verb: "hand over", from: ["running", "paused"], already: stateWords } as const;
    if (call.via === "button" || call.via === "form") {
      const rollout = await chooseOne(act, words[0], context, ports);
      ports.handovers.mayOffer(rollout, call.person);
      if (call.via === "button") return handoverModal(rollout.id);
      return offer(rollout, call.values.to?.[0] ?? "", call, ports).catch(besideField);
    }
    const named = ("people" in call && call.people) || {};
    const people = words.filter((typed) => Object.hasOwn(named, typed));
    const to = named[people[0] ?? ""];
    const [id, more] = words.filter((typed) => !people.includes(typed));
    if (to === undefined || people.length > 1 || more !== undefined)
      throw new UserError(
        "which-person",
        `Name the rollout and one person: type @ and choose them. Example: ${word} ${EXAMPLE}`,
      );
    return offer(await chooseOne(act, id, context, ports), to, call, ports);
  },
});

async function offer(rollout: Rollout, to: string, call: Call, ports: Ports): Promise<View> {
  await ports.handovers.offer(rollout, call, to);
  return say("offered", [
    `You offered ${rollout.id} to `,
    { person: to },
    ". Its owner stays the same until they accept.",
  ]);
}

/** In the form what is wrong stands beside the field, and it stays open. */
function besideField(error: unknown): FieldErrors {
  if (error instanceof UserError) return { errors: { to: error.message } };
  throw error;
}
