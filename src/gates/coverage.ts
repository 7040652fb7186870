import { coveredUntil } from "../model/rollout/request.ts";
import { type RolloutGate, WAIT } from "./gate.ts";
import { asksAgain } from "./rule-effect.ts";

/** An approval covers upgrades that begin within a time. */
export const coverage: RolloutGate = {
  id: "coverage",
  at: ["due", "resume", "accept", "tick", "relay-asked", "trigger"],
  blocks({ rollout, now }, { at, policy }) {
    const end = rollout ? coveredUntil(rollout, policy) : 0;
    // Approvals that are missing are the matter of another rule.
    if (end === 0 || now < end) return undefined;
    // What has not begun expires then.
    return { code: "over", params: {}, ...(at === "due" ? WAIT : asksAgain("coverage")) };
  },
  phrase: () => ["Its approval does not cover upgrades that begin now: it was given too long ago."],
};
