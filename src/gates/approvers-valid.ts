import { missedApprovals } from "../model/rollout/request.ts";
import type { RolloutGate } from "./gate.ts";
import { asksAgain } from "./rule-effect.ts";

/** An approval counts only if its giver could still give it. */
export const approversValid: RolloutGate = {
  id: "approvers-valid",
  at: ["proceed", "resume", "accept"],
  blocks({ rollout, lost }, { policy }) {
    const missed = rollout ? missedApprovals(rollout, lost, policy).length : 0;
    return missed === 0 ? undefined : { code: "lost", params: { approvals: missed }, ...asksAgain("policy") };
  },
  phrase: ({ params: { approvals } }) => [
    approvals === 1 ? "1 approval no longer counts." : `${approvals} approvals no longer count.`,
  ],
};
