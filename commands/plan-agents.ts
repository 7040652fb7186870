import { defineCommand } from "../src/conversation/command.ts";
import { replan } from "../src/conversation/replan.ts";
import { say } from "../src/core/view.ts";
import { loadingModal } from "../src/features/plan/agents-view.ts";
import type { Drafts } from "../src/features/plan/drafts.ts";
import { planAgentsModal } from "../src/features/plan/plan-agents-view.ts";
import type { Visibility } from "../src/people/visibility.ts";
import { visibleIds } from "../src/people/visible-ids.ts";

interface Ports {
  readonly drafts: Drafts;
  readonly visibility: Visibility;
}

/** Pressed on a plan: `plan-agents DRAFT PAGE [what made the plan]`. */
export const planAgents = defineCommand({
  name: "plan-agents",
  summary: "every agent of a plan, and those left out with their reasons",
  args: { positional: { hint: "PLAN", required: true, many: true }, flags: {}, example: "press Agents on a plan" },
  async handler(args, context, ports: Ports) {
    const { call, words } = context;
    const [draftId = "", page = "0"] = args.words;
    const looked = ports.drafts.look(draftId, call.person);
    if (looked.kind === "used")
      return say("plan-used", "This plan was started or cancelled already. Make it again with the same command.");
    if (looked.kind === "lost") {
      const [, , made] = words;
      return made === undefined
        ? say("plan-gone", "Drydock does not have this plan any more. Close this, and make the plan again.")
        : replan(made, context);
    }
    context.show(loadingModal("this plan"));
    const { server, result } = looked.draft;
    const visible = await visibleIds(result.plan, await ports.visibility.agents(server, call.person));
    return planAgentsModal({ result, draftId, visible, page: Number(page) || 0 });
  },
});
