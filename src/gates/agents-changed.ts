import { cause } from "../core/cause.ts";
import { changedAgents } from "../model/plan/widening.ts";
import { approvalsWanted } from "../model/rollout/request.ts";
import type { RolloutGate } from "./gate.ts";
import { asksAgainOrRefuses } from "./rule-effect.ts";

/** Agents that are named where some have changed. */
const MAX_NAMED = 5;

/** An approval is for the agents as they were, by name, version and teams. */
export const agentsChanged: RolloutGate = {
  id: "agents-changed",
  at: ["proceed", "look"],
  blocks({ rollout, plan }, { at, policy }) {
    if (!rollout || (at === "look" && approvalsWanted(rollout, policy) === 0)) return undefined;
    const changed = changedAgents(rollout.plan, plan);
    if (changed.length === 0) return undefined;
    const changes = changed.slice(0, MAX_NAMED);
    const why =
      at === "look"
        ? cause("waiting-agents-differ", { agents: changed.length, changes })
        : cause("agents-differ", { changes });
    return { cause: why, ...asksAgainOrRefuses(rollout, policy) };
  },
};
