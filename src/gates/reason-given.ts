import type { RolloutGate } from "./gate.ts";
import { RULE_POINTS, ruleEffect } from "./rule-effect.ts";
import { fieldSetting } from "./setting.ts";
import { yesOrNo } from "./setting-schemas.ts";

/** A server may require a reason for the record. */
export const reasonGiven: RolloutGate = {
  id: "reason",
  at: RULE_POINTS,
  setting: fieldSetting("reasonRequired", {
    schema: yesOrNo("reasonRequired: true").default(false),
    fallback: false,
    doc: "Every rollout needs a reason.",
    words: (isOn) => (isOn ? [["Every rollout requires a reason."]] : []),
  }),
  blocks({ plan }, { at, policy }) {
    if (!policy.reasonRequired || (plan.options.reason ?? "").trim() !== "") return undefined;
    return { code: "missing", params: { server: policy.server }, ...ruleEffect(at) };
  },
  phrase: ({ params }) => [
    `${params.server} requires a reason for the record: --reason "patch night", or press Adjust.`,
  ],
};
