import { everyAgent } from "../model/plan/plan.ts";
import type { RolloutGate } from "./gate.ts";
import { RULE_POINTS, ruleEffect } from "./rule-effect.ts";

/** A rollout of nothing is none. */
export const nothingLeft: RolloutGate = {
  id: "nothing-left",
  at: RULE_POINTS,
  blocks({ plan }, { at }) {
    const left = plan.relays ?? everyAgent(plan);
    return left.length > 0 ? undefined : { code: plan.relays ? "relays" : "agents", params: {}, ...ruleEffect(at) };
  },
  phrase: ({ code }) => [
    `There is no ${code === "relays" ? "relay" : "agent"} left to upgrade, so nothing was started.`,
  ],
};
