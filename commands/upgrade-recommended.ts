import { defineCommand } from "../src/app/command.ts";
import { SELECTION_FLAGS, showPlan } from "../src/app/plans/selection.ts";

export const upgradeRecommended = defineCommand({
  name: "upgrade-recommended",
  summary: "plan the upgrade of agents that still deploy, but should be upgraded",
  needsIdentity: true,
  args: { flags: SELECTION_FLAGS, example: "/agents upgrade-recommended --limit 50" },
  handler: (args, context) =>
    showPlan({ name: "upgrade-recommended", statuses: ["upgrade-recommended"] }, args, context),
});
