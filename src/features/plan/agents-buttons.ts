import { defineCommand } from "../../conversation/command.ts";
import { replan } from "../../conversation/replan.ts";
import type { Clock } from "../../core/ports.ts";
import { say } from "../../core/view.ts";
import type { FindRollout } from "../../people/find-rollout.ts";
import type { Visibility } from "../../people/visibility.ts";
import { visibleIds } from "../../people/visible-ids.ts";
import type { Projections } from "../../projections/projections.ts";
import { serverOf } from "../../servers/current-rollout.ts";
import type { Servers } from "../../servers/managed-server.ts";
import { agentsModal, loadingModal } from "./agents-view.ts";
import type { Drafts } from "./drafts.ts";
import { planAgentsModal } from "./plan-agents-view.ts";
import { usedView } from "./used-view.ts";

interface PlanAgentsPorts {
  readonly drafts: Drafts;
  readonly visibility: Visibility;
}

/** Pressed on a plan: `plan-agents DRAFT PAGE [what made the plan]`. */
export const planAgents = defineCommand({
  name: "plan-agents",
  summary: "every agent of a plan, and those left out with their reasons",
  args: { positional: { hint: "PLAN", required: true, many: true }, flags: {}, example: "press Agents on a plan" },
  async handler(args, context, ports: PlanAgentsPorts) {
    const { call, words } = context;
    const [draftId = "", page = "0"] = args.words;
    const looked = ports.drafts.look(draftId, call.person);
    if (looked.kind === "used") return usedView(looked.by, context.word);
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

interface AgentsPorts {
  readonly findRollout: FindRollout;
  readonly clock: Clock;
  readonly projections: Projections;
  readonly servers: Servers;
  readonly visibility: Visibility;
}

/** Pressed on a card: `agents ROLLOUT [PAGE]`. */
export const agents = defineCommand({
  name: "agents",
  summary: "every agent of a rollout with its phase and times",
  args: { positional: { hint: "ROLLOUT", required: true, many: true }, flags: {}, example: "press Agents on a card" },
  async handler(args, { call, show }, ports: AgentsPorts) {
    const [id = ""] = args.words;
    show(loadingModal(id));
    const rollout = await ports.findRollout(id, call);
    const server = serverOf(ports.servers, rollout);
    const views = await ports.visibility.agents(server, call.person);
    const visible = await visibleIds(rollout.plan, views);
    const upgrades = new Map(ports.projections.newestAttempts(rollout).map((upgrade) => [upgrade.agent.id, upgrade]));
    return agentsModal({
      rollout,
      upgrades,
      visible,
      page: Number(args.words[1] ?? 0) || 0,
      now: ports.clock.now(),
    });
  },
});
