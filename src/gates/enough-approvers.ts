import { missedApprovals } from "../model/rollout/request.ts";
import { REFUSE, type RolloutGate } from "./gate.ts";

/** Nobody waits for an approval that no one can give: it is asked for, also once its approvals are lost, only if enough people can. */
export const enoughApprovers: RolloutGate = {
  id: "enough-approvers",
  at: ["request", "schedule", "proceed"],
  blocks({ rollout, lost, hopeless }, { policy }) {
    const asks = rollout === undefined || missedApprovals(rollout, lost, policy).length > 0;
    return asks && hopeless ? { cause: hopeless, ...REFUSE } : undefined;
  },
};
