import { defineCommand } from "../src/app/command.ts";
import { replan } from "../src/app/replan.ts";
import { drawPlan } from "../src/app/selection.ts";
import { say } from "../src/app/view.ts";
import { count, names } from "../src/app/views/words.ts";

/** Pressed on a plan: `start DRAFT [what made the plan]`. */
export const start = defineCommand({
  name: "start",
  summary: "start the rollout that a plan describes",
  hidden: true,
  args: { positional: { hint: "PLAN", required: true, many: true }, flags: {}, example: "press Start on a plan" },
  async handler(args, context) {
    const { plans, starter } = context.services;
    const taken = plans.take(args.words[0] ?? "", context.call.person);
    if (taken.kind === "used") return say("This plan was started or cancelled already: one press is enough.");
    if (taken.kind === "lost") return replan(args.words[1], context);
    const { draft } = taken;
    const result = await starter.start(draft);
    if (result.kind === "widened") {
      const said = [draft.said.command, ...draft.said.args];
      return drawPlan(
        { site: draft.site, selection: draft.selection, reading: result.reading, said },
        context,
        `${result.sentence} Look at it again before you start.`,
      );
    }
    const where = result.channel === context.call.channel ? "here" : undefined;
    const dropped = result.dropped.slice(0, 5).map(({ name, why }) => [...names([name]), `: ${why}`]);
    return say(
      [
        { bold: result.rollout },
        ` has started with ${count(result.plan.agents.length, "agent")}. Its card is `,
        where ?? "in ",
        ...(where ? [] : [{ channel: result.channel }]),
        ".",
      ],
      ...(result.dropped.length > 0 ? [[`Left out since the plan: ${result.dropped.length}`], ...dropped] : []),
    );
  },
});
