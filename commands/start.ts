import { defineCommand } from "../src/app/command.ts";
import { ServerError } from "../src/app/ports.ts";
import { replan } from "../src/app/replan.ts";
import { drawPlan, slowly } from "../src/app/selection.ts";
import { say } from "../src/app/view.ts";
import { partialView } from "../src/app/views/plan-view.ts";
import { count, names } from "../src/app/views/words.ts";

/** Pressed on a plan: `start DRAFT [what made the plan]`. */
export const start = defineCommand({
  name: "start",
  summary: "start the rollout that a plan describes",
  hidden: true,
  args: { positional: { hint: "PLAN", required: true, many: true }, flags: {}, example: "press Start on a plan" },
  async handler(args, context) {
    const { drafts, starter } = context.services;
    const taken = drafts.take(args.words[0] ?? "", context.call.person);
    if (taken.kind === "used") return say("This plan was started or cancelled already: one press is enough.");
    if (taken.kind === "lost") return replan(args.words[1], context);
    const { draft } = taken;
    let result: Awaited<ReturnType<typeof starter.start>>;
    try {
      result = await starter.start(draft, slowly(context, partialView));
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      return drawPlan(draft, draft.reading, context, `Nothing was started. ${error.message}`);
    }
    if (result.kind === "widened")
      return drawPlan(draft, result.reading, context, `${result.sentence} Look at it again before you start.`);
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
      ...(result.notice ? [result.notice] : []),
      ...(result.dropped.length > 0 ? [[`Left out since the plan: ${result.dropped.length}`], ...dropped] : []),
    );
  },
});
