import { renamedOrMoved, widening } from "../model/plan/widening.ts";
import type { RolloutGate } from "./gate.ts";
import { asksAgainOrRefuses } from "./rule-effect.ts";

/** An approval is for what was asked for, or less. Where none is wanted, what was seen before the start is all that starts by itself. */
export const planDrift: RolloutGate = {
  id: "plan-drift",
  at: ["proceed"],
  blocks({ rollout, plan }, { policy }) {
    const wider = rollout && (widening(rollout.plan, plan) ?? renamedOrMoved(rollout.plan, plan));
    return wider && { cause: wider, ...asksAgainOrRefuses(rollout, policy) };
  },
};
