import { defineCommand } from "../src/app/command.ts";
import { BOTH_STATUSES } from "../src/app/plans/agent-selection.ts";
import { SELECTION_FLAGS, showPlan } from "../src/app/plans/selection.ts";

export const upgrade = defineCommand({
  name: "upgrade",
  summary: "plan the upgrade of these agents, if the server requires or recommends it",
  needsIdentity: true,
  args: {
    positional: { hint: "NAME", required: true, many: true, list: true },
    flags: SELECTION_FLAGS,
    example: "/agents upgrade web-* db-prod-03",
  },
  handler: (args, context) => showPlan({ name: "upgrade", statuses: BOTH_STATUSES }, args, context),
});
