import { defineCommand } from "../src/conversation/command.ts";
import type { Plans } from "../src/features/plan/plan-port.ts";
import type { DrawPlanPorts } from "../src/features/plan/selection.ts";
import { showPlan } from "../src/features/plan/selection.ts";
import { SELECTION_FLAGS } from "../src/features/plan/selection-flags.ts";

interface Ports extends DrawPlanPorts {
  readonly plans: Plans;
}

export const upgradeRequired = defineCommand({
  name: "upgrade-required",
  group: "Upgrade",
  summary: "plan the upgrade of agents that cannot deploy until they are upgraded",
  needsIdentity: true,
  args: { flags: SELECTION_FLAGS, example: "upgrade-required --name web-*" },
  handler: (args, context, ports: Ports) =>
    showPlan({ name: "upgrade-required", statuses: ["upgrade-required"] }, args, context, ports),
});
