import { missedApprovals } from "../model/rollout/request.ts";
import { REFUSE, type RolloutGate } from "./gate.ts";

/** Drydock asks for approval, also after it lost some, only if enough people can give it: else everybody would wait in vain. */
export const enoughApprovers: RolloutGate = {
  id: "enough-approvers",
  at: ["request", "schedule", "proceed"],
  blocks({ rollout, lost, hopeless }, { policy }) {
    const asks = rollout === undefined || missedApprovals(rollout, lost, policy).length > 0;
    return asks && hopeless ? { cause: hopeless, ...REFUSE } : undefined;
  },
};
