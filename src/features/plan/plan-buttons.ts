import { defineCommand } from "../../conversation/command.ts";
import { replan, rerun } from "../../conversation/replan.ts";
import { say } from "../../core/view.ts";
import { adjustModal } from "./adjust-view.ts";
import { adjustments, checkForm, initialChoices, searchPlan, typedStart } from "./adjustments.ts";
import type { Drafts } from "./drafts.ts";
import { usedView } from "./used-view.ts";

interface DraftPorts {
  readonly drafts: Drafts;
}

/** Pressed on a plan: `adjust DRAFT [what made the plan]`; its form comes back with the same arguments. */
export const adjust = defineCommand({
  name: "adjust",
  summary: "change what a plan describes",
  args: { positional: { hint: "PLAN", required: true, many: true }, flags: {}, example: "press Adjust on a plan" },
  async handler(args, context, ports: DraftPorts) {
    const { call, words } = context;
    const taken = ports.drafts.look(args.words[0] ?? "", call.person);
    if (taken.kind === "used") return usedView(taken.by, context.word);
    if (taken.kind === "lost") return replan(args.words[1], context);
    const { draft } = taken;
    if (call.via !== "form") {
      const { exclude, only } = initialChoices(draft);
      return adjustModal({
        plan: draft.result.plan,
        slotLimit: draft.server.policy.slots,
        at: typedStart(draft),
        includesOffline: draft.selection.includeOffline,
        leftOut: exclude,
        only,
        args: words,
      });
    }
    const errors = checkForm(draft, call.values, context.localTime);
    if (errors) return { errors };
    return rerun(adjustments(draft, call.values), context);
  },
  search: ({ args, person, query }, ports) => {
    const taken = ports.drafts.look(args[0] ?? "", person);
    return taken.kind === "draft" ? searchPlan(taken.draft, query) : [];
  },
});

/** Cancel, pressed on a plan: `discard DRAFT`. */
export const discard = defineCommand({
  name: "discard",
  summary: "discard a plan",
  args: { positional: { hint: "PLAN", required: true, many: false }, flags: {}, example: "press Cancel on a plan" },
  async handler(args, { call, word }, ports: DraftPorts) {
    const taken = ports.drafts.take(args.words[0] ?? "", call.person, "cancel");
    if (taken.kind === "used") return usedView(taken.by, word);
    // After a restart Drydock does not know whether Start was pressed before.
    return taken.kind === "lost"
      ? say(
          "plan-lost",
          `Drydock no longer has this plan. If you pressed Start before, see what came of it: ${word} rollouts`,
        )
      : say("plan-cancelled", "Cancelled: nothing was started.");
  },
});
