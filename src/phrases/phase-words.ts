import type { Phase } from "../model/upgrade/upgrade.ts";

/** Where an upgrade without an outcome stands. */
export const PHASE_WORDS: Readonly<Record<Phase, string>> = {
  "put-off": "put off",
  asked: "asked",
  away: "away",
  "coming-back": "coming back",
};
