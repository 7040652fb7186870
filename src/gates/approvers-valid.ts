import { isApproved, withoutLost } from "../model/rollout/request.ts";
import type { RolloutGate } from "./gate.ts";
import { asksAgain } from "./rule-effect.ts";

/** An approval counts only if its giver could still give it. */
export const approversValid: RolloutGate = {
  id: "approvers-valid",
  at: ["proceed", "resume", "accept"],
  blocks({ rollout, lost }, { policy }) {
    if (!rollout || !isApproved(rollout, policy) || isApproved(withoutLost(rollout, lost), policy)) return undefined;
    return { code: "lost", params: { approvals: lost.length }, ...asksAgain("policy") };
  },
  phrase: ({ params: { approvals } }) => [
    approvals === 1 ? "1 approval no longer counts." : `${approvals} approvals no longer count.`,
  ],
};
