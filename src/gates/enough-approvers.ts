import { missedApprovals } from "../model/rollout/request.ts";
import { REFUSE, type RolloutGate } from "./gate.ts";

/** What lost its approvals is asked for again only if enough people could give them. */
export const enoughApprovers: RolloutGate = {
  id: "enough-approvers",
  at: ["proceed"],
  blocks({ rollout, lost, hopeless }, { policy }) {
    const asksAgain = rollout !== undefined && missedApprovals(rollout, lost, policy).length > 0;
    return asksAgain && hopeless ? { cause: hopeless, ...REFUSE } : undefined;
  },
};
