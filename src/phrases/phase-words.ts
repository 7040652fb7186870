import type { Phase } from "../model/upgrade/upgrade.ts";

/** Where an upgrade without an outcome stands. */
export const PHASE_WORDS: Readonly<Record<Phase, string>> = {
  "put-off": "put off",
  asked: "asked",
  away: "away",
  "coming-back": "coming back",
};

/** Where an agent stands whose turn has not come. @param isEnding its rollout begins no more upgrades. */
export function turnWords(isEnding: boolean): string {
  return isEnding ? "not begun" : "waiting";
}

/** It failed, and Drydock tries again: it counts as waiting, and not as failed. */
export const RETRY_WORDS = "waiting for a retry";
