import { defineCommand } from "../src/conversation/command.ts";
import { BOTH_STATUSES, type Plans } from "../src/features/plan/plan-port.ts";
import { SELECTION_FLAGS } from "../src/features/plan/read-selection.ts";
import { type DrawPlanPorts, showPlan } from "../src/features/plan/show-plan.ts";

interface Ports extends DrawPlanPorts {
  readonly plans: Plans;
}

export const upgrade = defineCommand({
  name: "upgrade",
  group: "Upgrade",
  summary: "plan the upgrade of these agents, if they need it",
  needsIdentity: true,
  args: {
    positional: { hint: "NAME", required: true, many: true, list: true },
    flags: SELECTION_FLAGS,
    example: "upgrade web-* db-prod-03",
  },
  handler: (args, context, ports: Ports) =>
    showPlan({ name: "upgrade", statuses: BOTH_STATUSES }, args, context, ports),
});

export const upgradeRequired = defineCommand({
  name: "upgrade-required",
  group: "Upgrade",
  summary: "plan the upgrade of agents that cannot deploy",
  needsIdentity: true,
  args: { flags: SELECTION_FLAGS, example: "upgrade-required --name web-*" },
  handler: (args, context, ports: Ports) =>
    showPlan({ name: "upgrade-required", statuses: ["upgrade-required"] }, args, context, ports),
});

export const upgradeRecommended = defineCommand({
  name: "upgrade-recommended",
  group: "Upgrade",
  summary: "plan the upgrade of agents that still deploy, but should be upgraded",
  needsIdentity: true,
  args: { flags: SELECTION_FLAGS, example: "upgrade-recommended --limit 50" },
  handler: (args, context, ports: Ports) =>
    showPlan({ name: "upgrade-recommended", statuses: ["upgrade-recommended"] }, args, context, ports),
});
