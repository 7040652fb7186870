import { cause } from "../core/cause.ts";
import { isApproved } from "../model/rollout/request.ts";
import type { RolloutGate } from "./gate.ts";
import { asksAgain } from "./rule-effect.ts";

/** Once approvals are wanted that were not when a start was scheduled, they are asked for. */
export const scheduledApproval: RolloutGate = {
  id: "scheduled-approval",
  at: ["scheduled"],
  blocks({ rollout }, { policy }) {
    if (rollout?.request?.needed !== 0 || isApproved(rollout, policy)) return undefined;
    return { cause: cause("approval-required-now", { server: policy.server }), ...asksAgain("policy") };
  },
};
