import { defineCommand } from "../src/conversation/command.ts";
import type { Plans } from "../src/features/plan/plan-port.ts";
import type { DrawPlanPorts } from "../src/features/plan/selection.ts";
import { showPlan } from "../src/features/plan/selection.ts";
import { SELECTION_FLAGS } from "../src/features/plan/selection-flags.ts";

interface Ports extends DrawPlanPorts {
  readonly plans: Plans;
}

export const upgradeRecommended = defineCommand({
  name: "upgrade-recommended",
  group: "Upgrade",
  summary: "plan the upgrade of agents that still deploy, but should be upgraded",
  needsIdentity: true,
  args: { flags: SELECTION_FLAGS, example: "upgrade-recommended --limit 50" },
  handler: (args, context, ports: Ports) =>
    showPlan({ name: "upgrade-recommended", statuses: ["upgrade-recommended"] }, args, context, ports),
});
