import { everyAgent } from "../model/plan/plan.ts";
import type { RolloutGate } from "./gate.ts";
import { RULE_POINTS, ruleEffect } from "./rule-effect.ts";
import { fieldSetting } from "./setting.ts";
import { wholeNumber } from "./setting-schemas.ts";

/** A server may require canaries. Relays take their turns one at a time, so each is the canary of those behind it. */
export const canaryMinimum: RolloutGate = {
  id: "canary-minimum",
  at: RULE_POINTS,
  setting: fieldSetting("canaryMin", {
    schema: wholeNumber().default(0),
    fallback: 0,
    doc: "The least number of canaries.",
    words: (min) => (min === 0 ? [] : [[`At least ${min === 1 ? "1 canary" : `${min} canaries`} in one rollout.`]]),
  }),
  blocks({ plan }, { at, policy: { server, canaryMin } }) {
    const agents = everyAgent(plan).length;
    if (plan.relays || (plan.options.canary ?? 0) >= Math.min(canaryMin, agents)) return undefined;
    return { code: "too-few", params: { server, min: canaryMin }, ...ruleEffect(at) };
  },
  phrase: ({ params: { server, min } }) => [
    `${server} requires at least ${min} canaries: --canary ${min}, or press Adjust.`,
  ],
};
