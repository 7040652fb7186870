import { defineCommand } from "../src/app/command.ts";
import { SELECTION_FLAGS, showPlan } from "../src/app/plans/selection.ts";

export const upgradeRequired = defineCommand({
  name: "upgrade-required",
  summary: "plan the upgrade of agents that cannot deploy until they are upgraded",
  needsIdentity: true,
  args: { flags: SELECTION_FLAGS, example: "/agents upgrade-required --name web-*" },
  handler: (args, context) => showPlan({ name: "upgrade-required", statuses: ["upgrade-required"] }, args, context),
});
