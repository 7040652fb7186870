import { renamedOrMoved, widening } from "../model/plan/widening.ts";
import type { RolloutGate } from "./gate.ts";
import { asksAgain } from "./rule-effect.ts";

/** An approval is for what was asked for, or less. */
export const planDrift: RolloutGate = {
  id: "plan-drift",
  at: ["proceed"],
  blocks({ rollout, plan }) {
    const wider = rollout && (widening(rollout.plan, plan) ?? renamedOrMoved(rollout.plan, plan));
    return wider && { cause: wider, ...asksAgain("coverage") };
  },
};
