import { cause } from "../core/cause.ts";
import { coveredUntil, isApproved } from "../model/rollout/request.ts";
import type { RolloutGate } from "./gate.ts";
import { asksAgain } from "./rule-effect.ts";

/** Approvals that are wanted only since it was asked for, or scheduled, are asked for: it had what it wanted then. */
export const moreApprovals: RolloutGate = {
  id: "more-approvals",
  at: ["scheduled", "request-over"],
  blocks({ rollout, now }, { at, policy }) {
    if (!rollout?.request || isApproved(rollout, policy)) return undefined;
    const { request, policy: before } = rollout;
    const wasApproved = at === "scheduled" ? request.needed === 0 : before && now < coveredUntil(rollout, before);
    if (!wasApproved) return undefined;
    return { cause: cause("approval-required-now", { server: policy.server }), ...asksAgain("policy") };
  },
};
