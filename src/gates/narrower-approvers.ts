import { isNarrower } from "../model/may-approve.ts";
import { approvalsWanted } from "../model/rollout/request.ts";
import type { RolloutGate } from "./gate.ts";
import { AGREED_POINTS, asksAgain } from "./rule-effect.ts";

/** Once fewer people may approve, an approval by the others is looked at again, and a request is made to those who may now. */
export const narrowerApprovers: RolloutGate = {
  id: "narrower-approvers",
  at: ["asking", ...AGREED_POINTS],
  blocks({ rollout }, { policy }) {
    if (!rollout?.policy || approvalsWanted(rollout, policy) === 0 || !isNarrower(rollout.policy, policy))
      return undefined;
    return { code: "fewer", params: {}, ...asksAgain("policy") };
  },
  phrase: () => ["Fewer people may approve now than when it was asked for."],
};
